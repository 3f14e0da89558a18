package io.brume.cli.command.key;

import io.brume.cli.client.KeyFiles;
import io.brume.cli.client.XmlTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A key pair in a table. */
final class KeyRow {
    static final List<String> COLUMNS =
            List.of("KeyName", "KeyPairId", "KeyType", "KeyFingerprint", "PrivateKeyFile");

    private KeyRow() {}

    static Map<String, Object> of(XmlTree pair, KeyFiles files) {
        var row = new LinkedHashMap<String, Object>();
        row.put("KeyName", pair.at("keyName"));
        row.put("KeyPairId", pair.at("keyPairId"));
        row.put("KeyType", pair.at("keyType"));
        row.put("KeyFingerprint", pair.at("keyFingerprint"));
        row.put("PrivateKeyFile", files.find(pair.at("keyName")).map(Object::toString).orElse(""));
        return row;
    }
}
