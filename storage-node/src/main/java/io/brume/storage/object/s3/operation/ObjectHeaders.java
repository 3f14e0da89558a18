package io.brume.storage.object.s3.operation;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.S3Faults;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a request's head says of the object that it puts. */
final class ObjectHeaders {
    static final String METADATA = "x-amz-meta-";
    static final String REDIRECT = "x-amz-website-redirect-location";
    static final String TYPE = "content-type";
    static final String DEFAULT_TYPE = "binary/octet-stream";
    private static final int MOST_METADATA = 2 << 10;
    private static final int MOST_BYTES = 8 << 10;
    private static final List<String> KEPT =
            List.of(
                    TYPE,
                    "cache-control",
                    "content-disposition",
                    "content-encoding",
                    "content-language",
                    "expires",
                    REDIRECT);
    private static final List<String> NOT_BUILT = List.of("x-amz-write-offset-bytes");

    private ObjectHeaders() {}

    /**
     * The headers that stay with the object, by lower-case name.
     *
     * @throws Fault {@code MetadataTooLarge}
     */
    static Map<String, String> kept(HttpCall head) {
        var kept = new HashMap<String, String>();
        for (var name : KEPT) {
            var value = head.header(name);
            if (value != null) {
                kept.put(name, value);
            }
        }
        kept.putIfAbsent(TYPE, DEFAULT_TYPE);
        kept.computeIfPresent("content-encoding", (name, value) -> withoutFraming(value));
        int metadata = 0;
        for (var header : head.headers().entrySet()) {
            if (header.getKey().startsWith(METADATA)) {
                var value = String.join(",", header.getValue());
                kept.put(header.getKey(), value);
                metadata += header.getKey().length() - METADATA.length() + value.length();
            }
        }
        demandRedirect(kept.get(REDIRECT));
        if (metadata > MOST_METADATA || bytes(kept) > MOST_BYTES) {
            throw Fault.invalid(
                    "MetadataTooLarge",
                    "Your metadata headers exceed the maximum allowed metadata size");
        }
        return kept;
    }

    private static int bytes(Map<String, String> headers) {
        return headers.entrySet().stream()
                .mapToInt(header -> header.getKey().length() + header.getValue().length())
                .sum();
    }

    /** The framing of the request is not the object's. */
    private static @Nullable String withoutFraming(String encodings) {
        var own =
                Arrays.stream(encodings.split(",", -1))
                        .map(String::strip)
                        .filter(encoding -> !encoding.isEmpty() && !encoding.equals("aws-chunked"))
                        .collect(Collectors.joining(","));
        return own.isEmpty() ? null : own;
    }

    private static void demandRedirect(@Nullable String location) {
        if (location != null
                && !location.startsWith("/")
                && !location.startsWith("http://")
                && !location.startsWith("https://")) {
            throw Fault.invalid(
                    "InvalidRedirectLocation",
                    "The website redirect location must have a prefix of 'http://' or 'https://' or"
                            + " '/'.");
        }
    }

    /**
     * The storage class that the request names.
     *
     * @throws Fault {@code InvalidStorageClass}
     */
    static StorageClass storageClass(HttpCall head) {
        var name = head.header("x-amz-storage-class");
        if (name == null) {
            return StorageClass.STANDARD;
        }
        return Arrays.stream(StorageClass.values())
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        Fault.invalid(
                                "InvalidStorageClass",
                                "The storage class you specified is not valid"));
    }

    /**
     * Refuses what would be stored and not done.
     *
     * @throws Fault {@code NotImplemented}
     */
    static void demandBuilt(HttpCall head) {
        for (var name : NOT_BUILT) {
            if (head.headers().containsKey(name)) {
                throw S3Faults.notImplemented("The header " + name);
            }
        }
    }
}
