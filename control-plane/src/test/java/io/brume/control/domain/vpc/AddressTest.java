package io.brume.control.domain.vpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {
    @Property(tries = 200)
    void addressesComeBackFromTheirText(@ForAll int bits) {
        Ipv4Address address = new Ipv4Address(bits);
        assertThat(Ipv4Address.read(address.toString())).contains(address);
    }

    @Property(tries = 200)
    void blocksContainWhatTheyCutOff(@ForAll int bits, @ForAll long seed) {
        Ipv4Address address = new Ipv4Address(bits);
        int prefix = new Random(seed).nextInt(33);
        Ipv4Block block = Ipv4Block.read(address + "/" + prefix).orElseThrow();
        assertThat(block.contains(address)).isTrue();
        assertThat(Ipv4Block.read(block.toString())).contains(block);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "256.0.0.1",
                "01.2.3.4",
                "1.2.3.-4",
                "a.b.c.d",
                "1..2.3",
                "1.2.3.4 ",
                "١.2.3.4"
            })
    void whatIsNoAddressIsNotRead(String text) {
        assertThat(Ipv4Address.read(text)).isEmpty();
        assertThat(Ipv4Block.read(text + "/8")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8"})
    void whatIsNoBlockIsNotRead(String text) {
        assertThat(Ipv4Block.read(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "::/0, ::/0",
        "2001:DB8:0:0:0:0:0:1/128, 2001:db8::1/128",
        "2001:db8:1:2:3:4:5:6/48, 2001:db8:1::/48",
        "2001:0:0:1:0:0:0:1/128, 2001:0:0:1::1/128",
        "1:0:2:0:3:0:4:0/128, 1:0:2:0:3:0:4:0/128",
        "ff02::1/16, ff02::/16",
    })
    void ipv6IsWrittenOneWay(String text, String canonical) {
        assertThat(Ipv6Block.read(text)).map(Ipv6Block::text).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::1",
                "::1/129",
                "fe80::1%eth0/64",
                "[::1]/64",
                "1.2.3.4/8",
                ":::/0",
                "x/1"
            })
    void whatIsNoIpv6BlockIsNotRead(String text) {
        assertThat(Ipv6Block.read(text)).isEmpty();
    }
}
