package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import java.util.Map;

/** An object that is to be put; the index gives it its version, order and time. */
public record NewObject(
        ObjectKey key,
        AccountId owner,
        ObjectContent content,
        Map<String, String> headers,
        Map<String, String> tags,
        Map<ObjectSetting, String> settings) {
    public NewObject {
        requireNonNull(key);
        requireNonNull(owner);
        requireNonNull(content);
        headers = Map.copyOf(headers);
        tags = Map.copyOf(tags);
        settings = Map.copyOf(settings);
    }
}
