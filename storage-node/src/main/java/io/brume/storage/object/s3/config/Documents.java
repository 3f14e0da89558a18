package io.brume.storage.object.s3.config;

import io.brume.common.aws.XmlDocuments;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketSetting;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;

/** Configurations as the XML that S3 gives back. */
final class Documents {
    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

    private Documents() {}

    /**
     * @param root the name of the root element
     * @throws io.brume.common.aws.Fault MalformedXML when it is not as the schema has it
     */
    static String write(String root, SdkPojo configuration) {
        Schema.demandKnownWords(configuration);
        return XmlDocuments.write(root, NAMESPACE, configuration);
    }

    /** What a bucket is configured to; empty when it is not. */
    static <T extends SdkPojo> Optional<T> read(
            Bucket bucket, BucketSetting setting, Class<T> model) {
        return bucket.document(setting).map(document -> XmlDocuments.read(document, model));
    }
}
