package io.brume.storage.object.s3.config;

import io.brume.storage.object.s3.S3Faults;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/**
 * What S3's published schema demands of a document beside what the codec and the model's
 * constraints already did: that a word of a closed list is one of them. The SDK's classes keep any
 * word, and say that they do not know it.
 */
final class Schema {
    private static final String RAW = "AsString";
    private static final String UNKNOWN = "UNKNOWN_TO_SDK_VERSION";

    private Schema() {}

    /**
     * @throws io.brume.common.aws.Fault MalformedXML
     */
    static void demandKnownWords(SdkPojo document) {
        for (var method : document.getClass().getMethods()) {
            if (method.getName().endsWith(RAW) && method.getParameterCount() == 0) {
                var name = method.getName();
                var word = call(document, name.substring(0, name.length() - RAW.length()));
                if (word instanceof Enum<?> known && known.name().equals(UNKNOWN)) {
                    throw S3Faults.malformedXml();
                }
            }
        }
        for (var field : document.sdkFields()) {
            switch (field.getValueOrDefault(document)) {
                case SdkPojo inner -> demandKnownWords(inner);
                case List<?> list ->
                        list.forEach(item -> {
                            if (item instanceof SdkPojo inner) {
                                demandKnownWords(inner);
                            }
                        });
                case null, default -> {}
            }
        }
    }

    private static @Nullable Object call(SdkPojo document, String name) {
        try {
            Method method = document.getClass().getMethod(name);
            return method.invoke(document);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(document.getClass() + " is not an SDK model class", e);
        }
    }
}
