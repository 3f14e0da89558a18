package io.brume.common.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;

/** JSON or CBOR: one data model in two clothes, told apart only where they differ. Thread-safe. */
final class JsonFormat {
    static final JsonFormat JSON = new JsonFormat(new JsonFactory());
    static final JsonFormat CBOR = new JsonFormat(new CBORFactory());

    private final JsonFactory factory;

    private JsonFormat(JsonFactory factory) {
        var bounds =
                StreamReadConstraints.builder()
                        .maxNestingDepth(Limits.DEPTH)
                        .maxNumberLength(Limits.NUMBER)
                        .maxStringLength(Integer.MAX_VALUE) // the body's own bound holds
                        .build();
        factory.setStreamReadConstraints(bounds);
        factory.configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature(), true);
        factory.configure(StreamWriteFeature.AUTO_CLOSE_CONTENT.mappedFeature(), false);
        this.factory = factory;
    }

    JsonFactory factory() {
        return factory;
    }
}
