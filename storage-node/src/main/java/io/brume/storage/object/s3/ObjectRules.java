package io.brume.storage.object.s3;

import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectSetting;
import java.util.Map;

/**
 * What a new object gets by its bucket's configuration and the headers of its request: an owner, an
 * ACL ({@code x-amz-acl}, {@code x-amz-grant-*}), a retention and a legal hold ({@code
 * x-amz-object-lock-*}, the bucket's default). Thread-safe.
 */
public interface ObjectRules {
    /** Whose the object is. */
    AccountId owner(Caller caller, Bucket bucket);

    /**
     * What is set for the object.
     *
     * @throws io.brume.common.aws.Fault when the headers ask for what cannot be
     */
    Map<ObjectSetting, String> settings(Caller caller, Bucket bucket);
}
