package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.proto.state.v1.HolderRecord;
import io.brume.store.Codec;

/** Who holds something of which there is one: an address, a number. */
public record Holder(AccountId account, String resourceId) {
    static final Codec<Holder> CODEC =
            Messages.codec(
                    HolderRecord.parser(),
                    h ->
                            HolderRecord.newBuilder()
                                    .setAccountId(h.account().value())
                                    .setResourceId(h.resourceId())
                                    .build(),
                    m -> new Holder(new AccountId(m.getAccountId()), m.getResourceId()));
}
