package io.brume.control.api.ec2;

import static io.brume.control.api.ec2.Tagged.text;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.shared.Filters;
import io.brume.common.id.Ids;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.keypair.KeyPair;
import io.brume.control.domain.keypair.KeyPairId;
import io.brume.control.domain.keypair.KeyType;
import io.brume.control.domain.keypair.NewKey;
import io.brume.control.domain.keypair.PublicKeys;
import io.brume.control.domain.tag.ResourceType;
import io.brume.control.domain.tag.Tag;
import io.brume.control.state.KeyPairs;
import io.brume.control.state.Rows;
import io.brume.control.state.Tags;
import io.brume.control.store.codec.KeyPairTables;
import io.brume.store.Transaction;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ec2.model.CreateKeyPairRequest;
import software.amazon.awssdk.services.ec2.model.CreateKeyPairResponse;
import software.amazon.awssdk.services.ec2.model.DeleteKeyPairRequest;
import software.amazon.awssdk.services.ec2.model.DeleteKeyPairResponse;
import software.amazon.awssdk.services.ec2.model.DescribeKeyPairsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeKeyPairsResponse;
import software.amazon.awssdk.services.ec2.model.ImportKeyPairRequest;
import software.amazon.awssdk.services.ec2.model.ImportKeyPairResponse;
import software.amazon.awssdk.services.ec2.model.KeyPairInfo;

/** Key pairs: made here or brought, described, deleted. */
final class KeyPairOperations {
    private static final int MAX_NAME = 255;
    private static final Filters<Tagged<KeyPair>> FILTERS =
            Filters.<Tagged<KeyPair>>table()
                    .value("fingerprint", text(KeyPair::fingerprint))
                    .value("key-name", text(KeyPair::name))
                    .value("key-pair-id", text(KeyPair::id))
                    .tags(Tagged::tagMap)
                    .build();

    private final Calls calls;
    private final Ids ids;
    private final SecureRandom random;

    KeyPairOperations(Calls calls, Ids ids, SecureRandom random) {
        this.calls = requireNonNull(calls);
        this.ids = requireNonNull(ids);
        this.random = requireNonNull(random);
    }

    CreateKeyPairResponse create(CreateKeyPairRequest request) {
        String name = checkedName(request.keyName());
        String type = request.keyTypeAsString() == null ? "rsa" : request.keyTypeAsString();
        KeyType keyType =
                KeyType.of(type)
                        .orElseThrow(() -> invalid(type, "keyType", "Valid: rsa, ed25519."));
        String format = request.keyFormatAsString() == null ? "pem" : request.keyFormatAsString();
        if (!List.of("pem", "ppk").contains(format)) {
            throw invalid(format, "keyFormat", "Valid: pem, ppk.");
        }
        List<Tag> tags = TagSpecifications.of(request.tagSpecifications(), ResourceType.KEY_PAIR);
        NewKey key = NewKey.generate(keyType, random);
        KeyPair pair = put(name, keyType, key.fingerprint(), key.publicKey(), tags);
        return CreateKeyPairResponse.builder()
                .keyName(name)
                .keyPairId(pair.id().value())
                .keyFingerprint(pair.fingerprint())
                .keyMaterial(format.equals("ppk") ? key.ppk(name) : key.pem())
                .tags(Tagged.show(tags))
                .build();
    }

    ImportKeyPairResponse importKeyPair(ImportKeyPairRequest request) {
        String name = checkedName(request.keyName());
        SdkBytes material = request.publicKeyMaterial();
        if (material == null) {
            throw Faults.missing("PublicKeyMaterial");
        }
        PublicKeys.Imported key = PublicKeys.read(material.asByteArray());
        List<Tag> tags = TagSpecifications.of(request.tagSpecifications(), ResourceType.KEY_PAIR);
        KeyPair pair = put(name, key.type(), key.fingerprint(), key.openssh(), tags);
        return ImportKeyPairResponse.builder()
                .keyName(name)
                .keyPairId(pair.id().value())
                .keyFingerprint(pair.fingerprint())
                .tags(Tagged.show(tags))
                .build();
    }

    private KeyPair put(
            String name, KeyType type, String fingerprint, String publicKey, List<Tag> tags) {
        KeyPairId id = KeyPairId.create(ids);
        var now = Calls.now();
        return calls.change((tx, account) -> {
            if (KeyPairs.named(tx, account, name).isPresent()) {
                throw Fault.conflict(
                        "InvalidKeyPair.Duplicate",
                        "The keypair '%s' already exists.".formatted(name));
            }
            KeyPair pair = new KeyPair(account, id, name, type, fingerprint, publicKey, now);
            tx.put(KeyPairTables.KEY_PAIRS, pair.key(), pair);
            Tags.put(tx, account, id, tags);
            return pair;
        });
    }

    DescribeKeyPairsResponse describe(DescribeKeyPairsRequest request) {
        boolean withKey = Boolean.TRUE.equals(request.includePublicKey());
        Predicate<Tagged<KeyPair>> wanted = FILTERS.matcher(request.filters());
        List<Tagged<KeyPair>> all =
                calls.view((tx, account) ->
                        Rows.of(
                                        tx,
                                        KeyPairTables.KEY_PAIRS,
                                        KeyPairTables.KEY_PAIR_KEYS.startingWith(account))
                                .stream()
                                .map(pair -> Tagged.read(tx, account, pair.id(), pair))
                                .toList());
        List<KeyPairId> wantedIds = request.keyPairIds().stream().map(KeyPairId::parse).toList();
        List<String> wantedNames = request.keyNames();
        for (KeyPairId id : wantedIds) {
            if (all.stream().noneMatch(pair -> pair.it().id().equals(id))) {
                throw id.notFound();
            }
        }
        for (String name : wantedNames) {
            if (all.stream().noneMatch(pair -> pair.it().name().equals(name))) {
                throw KeyPairs.nameNotFound(name);
            }
        }
        boolean everything = wantedIds.isEmpty() && wantedNames.isEmpty();
        return DescribeKeyPairsResponse.builder()
                .keyPairs(
                        all.stream()
                                .filter(pair ->
                                        everything
                                                || wantedIds.contains(pair.it().id())
                                                || wantedNames.contains(pair.it().name()))
                                .filter(wanted)
                                .map(pair -> show(pair, withKey))
                                .toList())
                .build();
    }

    DeleteKeyPairResponse delete(DeleteKeyPairRequest request) {
        String name = request.keyName();
        String idText = request.keyPairId();
        if (name == null && idText == null) {
            throw Faults.missing("KeyName or KeyPairId");
        }
        KeyPairId id = idText == null ? null : KeyPairId.parse(idText);
        Optional<KeyPair> deleted = calls.change((tx, account) -> delete(tx, account, name, id));
        DeleteKeyPairResponse.Builder response = DeleteKeyPairResponse.builder().returnValue(true);
        deleted.ifPresent(pair -> response.keyPairId(pair.id().value()));
        return response.build();
    }

    /** Deleting one that does not exist succeeds, as with AWS. */
    private static Optional<KeyPair> delete(
            Transaction tx, AccountId account, @Nullable String name, @Nullable KeyPairId id) {
        Optional<KeyPair> pair =
                id != null
                        ? Optional.ofNullable(
                                tx.get(KeyPairTables.KEY_PAIRS, new Owned<>(account, id)))
                        : KeyPairs.named(tx, account, requireNonNull(name));
        pair.ifPresent(found -> {
            tx.delete(KeyPairTables.KEY_PAIRS, found.key());
            Tags.clear(tx, account, found.id());
        });
        return pair;
    }

    private static KeyPairInfo show(Tagged<KeyPair> tagged, boolean withKey) {
        KeyPair pair = tagged.it();
        return KeyPairInfo.builder()
                .keyPairId(pair.id().value())
                .keyName(pair.name())
                .keyFingerprint(pair.fingerprint())
                .keyType(pair.type().toString())
                .createTime(pair.created())
                .publicKey(withKey ? pair.publicKey() + " " + pair.name() : null)
                .tags(tagged.shownTags())
                .build();
    }

    private static String checkedName(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw Faults.missing("KeyName");
        }
        if (name.length() > MAX_NAME) {
            throw invalid(name, "KeyName", "The length exceeds 255 characters.");
        }
        if (!name.equals(name.strip())) {
            throw invalid(name, "KeyName", "It starts or ends with a space.");
        }
        if (!name.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw invalid(name, "KeyName", "Character sets beyond ASCII are not supported.");
        }
        return name;
    }

    private static Fault invalid(String value, String parameter, String why) {
        String clipped = value.length() > MAX_NAME ? value.substring(0, MAX_NAME) : value;
        return Faults.invalidValue(
                String.format(
                        Locale.ROOT,
                        "Value (%s) for parameter %s is invalid. %s",
                        clipped,
                        parameter,
                        why));
    }
}
