package io.brume.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.aws.XmlEscapes;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A page written octet by octet is what a builder of characters would make. */
final class XmlTextTest {
    private static final String PROLOGUE = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    private static String text(XmlText xml) {
        return new String(xml.toBytes(), UTF_8);
    }

    @Property
    void anyTextIsEscapedAsElsewhere(@ForAll String text) {
        var expected = new StringBuilder(PROLOGUE).append("<Key>");
        XmlEscapes.append(expected, text);
        expected.append("</Key>");
        assertThat(new XmlText(1).leaf("Key", text).toBytes())
                .isEqualTo(expected.toString().getBytes(UTF_8));
    }

    @Property
    void anyNumberIsWrittenInDigits(@ForAll long number) {
        assertThat(text(new XmlText(1).leaf("Size", number)))
                .isEqualTo(PROLOGUE + "<Size>" + number + "</Size>");
    }

    @Example
    void elementsAreNested() {
        var xml =
                new XmlText(64)
                        .root("List")
                        .open("Owner")
                        .plain("ID", "7")
                        .close("Owner")
                        .leaf("Size", 0)
                        .leaf("Most", Long.MIN_VALUE)
                        .close("List");
        assertThat(text(xml))
                .isEqualTo(
                        PROLOGUE
                                + "<List xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                                + "<Owner><ID>7</ID></Owner><Size>0</Size>"
                                + "<Most>-9223372036854775808</Most></List>");
    }
}
