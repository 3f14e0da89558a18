package io.brume.control.state;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.Ipv4Block;
import io.brume.control.store.codec.Holder;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.Entry;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The public addresses of the region: the pool that is configured. The pool's first and last
 * address are never given out, nor its second: each host has that one itself, as the way from its
 * instances' addresses to the world.
 */
public final class PublicAddresses {
    private static final int GUESSES = 32;

    /** Below the first that an instance may have. */
    private static final int TAKEN = 2;

    private final Ipv4Block pool;

    /**
     * @param pool at least four addresses
     */
    public PublicAddresses(Ipv4Block pool) {
        this.pool = requireNonNull(pool);
        if (pool.prefix() > 30) {
            throw new IllegalArgumentException("the pool " + pool + " is too small");
        }
    }

    /**
     * Takes a free address. Guesses first, so that launches at the same time rarely meet; searches
     * when the pool is nearly full.
     *
     * @param seed chooses which, from outside the transaction
     * @throws Fault {@code InsufficientAddressCapacity}
     */
    public Ipv4Address take(Transaction tx, AccountId account, ResourceId holder, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < GUESSES; i++) {
            Ipv4Address guess =
                    pool.base().plus(TAKEN + (int) random.nextLong(pool.size() - TAKEN - 1));
            if (tx.get(VpcTables.PUBLIC_ADDRESSES, guess) == null) {
                return take(tx, account, holder, guess);
            }
        }
        Ipv4Address free =
                search(tx)
                        .orElseThrow(() ->
                                Fault.of(
                                        Fault.Category.CAPACITY,
                                        "InsufficientAddressCapacity",
                                        "Not enough available addresses to satisfy your"
                                                + " request."));
        return take(tx, account, holder, free);
    }

    /** Gives an address back. */
    public void giveBack(Transaction tx, Ipv4Address address) {
        tx.delete(VpcTables.PUBLIC_ADDRESSES, address);
    }

    /** Whose an address is. */
    public Optional<Holder> holder(ReadTransaction tx, Ipv4Address address) {
        return Optional.ofNullable(tx.get(VpcTables.PUBLIC_ADDRESSES, address));
    }

    private static Ipv4Address take(
            Transaction tx, AccountId account, ResourceId holder, Ipv4Address address) {
        tx.put(VpcTables.PUBLIC_ADDRESSES, address, new Holder(account, holder.value()));
        return address;
    }

    private Optional<Ipv4Address> search(Transaction tx) {
        Ipv4Address first = pool.base().plus(TAKEN);
        Ipv4Address end = pool.base().plus((int) pool.size() - 1);
        KeyRange<Ipv4Address> range = VpcTables.PUBLIC_ADDRESSES.keyCodec().range(first, end);
        Ipv4Address next = first;
        for (Entry<Ipv4Address, Holder> row :
                tx.stream(VpcTables.PUBLIC_ADDRESSES, range).toList()) {
            if (!row.key().equals(next)) {
                return Optional.of(next);
            }
            next = next.plus(1);
        }
        return next.equals(end) ? Optional.empty() : Optional.of(next);
    }
}
