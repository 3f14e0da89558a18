package io.brume.node.network;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Ethernet frames that a guest could send to deceive: each carries the word {@link #MARK}, so that
 * it is recognised wherever it comes out.
 */
final class ForgedFrames {
    static final String MARK = "FORGED";
    static final String END = "HONEST";
    private static final String ROUTER = "0effffffff01";
    private static final String BROADCAST = "ffffffffffff";

    private final String mac;
    private final String address;
    private final String otherMac;
    private final String other;

    /** Frames of one guest against another. */
    ForgedFrames(VpcTopology.Interface from, VpcTopology.Interface to) {
        mac = from.mac().replace(":", "");
        address = from.privateIp();
        otherMac = to.mac().replace(":", "");
        other = to.privateIp();
    }

    /** What must arrive: shows that the way is open and the listener hears. */
    String honest() {
        return udp(ROUTER, mac, address, other, END);
    }

    SequencedMap<String, String> all() {
        Map<String, String> frames = new LinkedHashMap<>();
        sources(frames);
        destinations(frames);
        arp(frames);
        protocols(frames);
        return (SequencedMap<String, String>) frames;
    }

    private void sources(Map<String, String> frames) {
        for (String source :
                new String[] {
                    other,
                    "10.0.0.1",
                    "10.0.0.2",
                    "10.0.0.200",
                    "10.99.0.1",
                    "8.8.8.8",
                    "169.254.169.254",
                    "127.0.0.1",
                    "0.0.0.0",
                    "255.255.255.255",
                    "224.0.0.1",
                    "198.18.0.1",
                    "198.18.0.11",
                    "240.0.0.1"
                }) {
            frames.put("source " + source, udp(ROUTER, mac, source, other, MARK));
        }
        frames.put("another's MAC", udp(ROUTER, otherMac, address, other, MARK));
        frames.put("another's MAC and address", udp(ROUTER, otherMac, other, other, MARK));
        frames.put("unknown MAC", udp(ROUTER, "02deadbeef00", address, other, MARK));
        frames.put("multicast MAC as source", udp(ROUTER, "01005e000001", address, other, MARK));
        frames.put("the router's MAC as source", udp(ROUTER, ROUTER, address, other, MARK));
    }

    private void destinations(Map<String, String> frames) {
        frames.put("straight to another's MAC", udp(otherMac, mac, address, other, MARK));
        frames.put("broadcast MAC", udp(BROADCAST, mac, address, other, MARK));
        frames.put("multicast MAC", udp("01005e000001", mac, address, other, MARK));
        for (String destination :
                new String[] {"255.255.255.255", "10.0.15.255", "10.0.0.0", "224.0.0.251"}) {
            frames.put("to " + destination, udp(BROADCAST, mac, address, destination, MARK));
        }
    }

    private void arp(Map<String, String> frames) {
        frames.put("ARP answer for another", arp(otherMac, 2, mac, other, otherMac, other));
        frames.put("ARP announcement for another", arp(BROADCAST, 2, mac, other, mac, other));
        frames.put("ARP answer as router", arp(otherMac, 2, mac, "10.0.0.1", otherMac, other));
        frames.put(
                "ARP request as another",
                arp(BROADCAST, 1, mac, other, "000000000000", "10.0.0.1"));
        frames.put("reverse ARP", mac(BROADCAST, mac) + "8035" + hex(MARK.repeat(8)));
    }

    private void protocols(Map<String, String> frames) {
        String inner = udp(otherMac, mac, address, other, MARK).substring(24);
        frames.put("VLAN tag", mac(ROUTER, mac) + "81000001" + inner);
        frames.put("two VLAN tags", mac(ROUTER, mac) + "88a80001" + "81000001" + inner);
        frames.put("MPLS", mac(ROUTER, mac) + "884700001140" + inner.substring(4));
        frames.put("PPPoE", mac(otherMac, mac) + "8864" + hex(MARK.repeat(8)));
        frames.put("LLDP", mac("0180c200000e", mac) + "88cc" + hex(MARK.repeat(8)));
        frames.put("EAPOL", mac("0180c2000003", mac) + "888e" + hex(MARK.repeat(8)));
        frames.put("spanning tree", mac("0180c2000000", mac) + "0026424203" + hex(MARK.repeat(8)));
        String v6 = "86dd6000000000301140" + "fe80000000000000000000000000000a";
        frames.put(
                "IPv6 multicast",
                mac("333300000001", mac)
                        + v6
                        + "ff020000000000000000000000000001"
                        + hex(MARK.repeat(8)));
        frames.put("IPv6", mac(otherMac, mac) + v6 + "fe80" + "0".repeat(28) + hex(MARK.repeat(8)));
        frames.put(
                "IPv6 in an IPv4 frame",
                mac(ROUTER, mac)
                        + "0800"
                        + v6.substring(4)
                        + "fe80"
                        + "0".repeat(28)
                        + hex(MARK.repeat(8)));
        frames.put(
                "DHCP source ports from nobody",
                ip(
                        ROUTER,
                        mac,
                        "0.0.0.0",
                        other,
                        "",
                        17,
                        "004400430000" + "0000" + hex(MARK.repeat(8))));
        frames.put(
                "source route",
                ip(
                        ROUTER,
                        mac,
                        address,
                        "10.0.0.1",
                        "83070400000000".substring(0, 6) + dotted(other) + "00",
                        17,
                        "0007000700000000" + hex(MARK)));
        frames.put(
                "header cut short", mac(ROUTER, mac) + "0800" + "4f000014" + hex(MARK.repeat(4)));
    }

    private static String udp(
            String to, String from, String source, String destination, String text) {
        String payload = hex(text.repeat(8));
        int length = 8 + payload.length() / 2;
        return ip(
                to,
                from,
                source,
                destination,
                "",
                17,
                "00070007%04x0000".formatted(length) + payload);
    }

    private static String ip(
            String to,
            String from,
            String source,
            String destination,
            String options,
            int protocol,
            String payload) {
        int header = 20 + options.length() / 2;
        var packet = ByteBuffer.allocate(header);
        packet.put((byte) (0x40 | header / 4)).put((byte) 0);
        packet.putShort((short) (header + payload.length() / 2));
        packet.putInt(0x00010000).put((byte) 64).put((byte) protocol).putShort((short) 0);
        packet.put(HexFormat.of().parseHex(dotted(source) + dotted(destination) + options));
        int sum = 0;
        for (int i = 0; i < header; i += 2) {
            sum += packet.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >> 16);
        packet.putShort(10, (short) ~((sum & 0xffff) + (sum >> 16)));
        return mac(to, from) + "0800" + HexFormat.of().formatHex(packet.array()) + payload;
    }

    private static String arp(
            String to, int operation, String mac, String address, String targetMac, String target) {
        return mac(to, mac)
                + "0806000108000604%04x".formatted(operation)
                + mac
                + dotted(address)
                + targetMac
                + dotted(target)
                + hex(MARK);
    }

    private static String mac(String to, String from) {
        return to + from;
    }

    private static String dotted(String address) {
        var bytes = new ByteArrayOutputStream();
        for (String octet : address.split("\\.", -1)) {
            bytes.write(Integer.parseInt(octet));
        }
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
