package io.brume.node.image;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What an OVF file says that matters here: which file is the first disk, and whether the machine
 * starts by UEFI.
 *
 * <p>Source: DMTF DSP0243, Open Virtualization Format.
 *
 * @param diskFile the name of the first disk's file
 */
record OvfDescription(String diskFile, boolean uefi) {
    static OvfDescription of(String xml) throws IOException {
        var factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        var files = new HashMap<String, String>();
        var disks = new ArrayList<String>();
        boolean uefi = false;
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
            while (reader.hasNext()) {
                if (reader.next() != XMLStreamConstants.START_ELEMENT) {
                    continue;
                }
                switch (reader.getLocalName()) {
                    case "File" -> files.put(attribute(reader, "id"), attribute(reader, "href"));
                    case "Disk" -> disks.add(attribute(reader, "fileRef"));
                    case "Config" ->
                            uefi |=
                                    attribute(reader, "key").equals("firmware")
                                            && attribute(reader, "value").equals("efi");
                    default -> {
                        continue;
                    }
                }
            }
        } catch (XMLStreamException e) {
            throw new IOException("the OVF file cannot be read: " + e.getMessage(), e);
        }
        for (String disk : disks) {
            String file = files.get(disk);
            if (!disk.isEmpty() && file != null && !file.isEmpty()) {
                return new OvfDescription(file, uefi);
            }
        }
        throw new IOException("the OVF file names no disk");
    }

    private static String attribute(XMLStreamReader reader, String name) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            if (reader.getAttributeLocalName(i).equals(name)) {
                return reader.getAttributeValue(i);
            }
        }
        return "";
    }
}
