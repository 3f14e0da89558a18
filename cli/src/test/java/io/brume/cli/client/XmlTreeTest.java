package io.brume.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlTreeTest {
    @Test
    void readsAnAnswerOfEc2() {
        XmlTree tree =
                XmlTree.parse(
                        """
                        <?xml version="1.0" encoding="UTF-8"?>
                        <!-- by a cloud -->
                        <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
                          <requestId>r-1</requestId>
                          <reservationSet>
                            <item><instancesSet><item><instanceId>i-1</instanceId><tagSet/></item></instancesSet></item>
                          </reservationSet>
                        </DescribeInstancesResponse>
                        """);
        assertThat(tree.name()).isEqualTo("DescribeInstancesResponse");
        assertThat(tree.at("requestId")).isEqualTo("r-1");
        XmlTree instance = tree.list("reservationSet").getFirst().list("instancesSet").getFirst();
        assertThat(instance.at("instanceId")).isEqualTo("i-1");
        assertThat(instance.list("tagSet")).isEmpty();
        assertThat(instance.at("placement", "availabilityZone")).isEmpty();
    }

    @Test
    void decodesEntitiesNumbersAndCdata() {
        XmlTree tree = XmlTree.parse("<a>&lt;b&gt; &amp;amp; &#65;&#x42; <![CDATA[<&]]></a>");
        assertThat(tree.text()).isEqualTo("<b> &amp; AB <&");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "<",
                "<a>",
                "<a><b></a",
                "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
                "<a>&nbsp;</a>",
                "<a>&#xZZ;</a>",
                "<!-- never ends"
            })
    void refusesWhatIsNoDocument(String text) {
        assertThatThrownBy(() -> XmlTree.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesBottomlessDepth() {
        assertThatThrownBy(() -> XmlTree.parse("<a>".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("deeper");
    }

    @Property(tries = 500)
    void neverFailsInAnotherWay(
            @ForAll @StringLength(max = 60) @CharRange(from = ' ', to = '~') String text) {
        try {
            XmlTree.parse("<" + text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageNotContaining("index");
        }
    }
}
