package io.brume.node.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The texts that come with images. */
class DescriptionsTest {
    private static final String DIRECT =
            """
            {"name": "brume-small-x86_64", "description": "small", "architecture": "x86_64",
             "boot": "direct", "disk": "disk.qcow2", "diskFormat": "qcow2", "kernel": "kernel",
             "initrd": "initrd", "commandLine": "console=ttyS0 root=/dev/vda rw"}
            """;
    private static final String OVF =
            """
            <?xml version="1.0"?>
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"
                xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
                xmlns:vmw="http://www.vmware.com/schema/ovf">
              <References>
                <File ovf:href="readme.txt" ovf:id="file2"/>
                <File ovf:href="machine-disk1.vmdk" ovf:id="file1"/>
              </References>
              <DiskSection>
                <Disk ovf:capacity="8" ovf:diskId="vmdisk1" ovf:fileRef="file1"/>
              </DiskSection>
              <vmw:Config vmw:key="firmware" vmw:value="efi"/>
            </Envelope>
            """;

    @Test
    void bundle() throws IOException {
        var bundle = BundleDescription.of(DIRECT);
        assertThat(bundle.direct()).isTrue();
        assertThat(bundle.kernel()).isEqualTo("kernel");
        assertThat(bundle.commandLine()).isEqualTo("console=ttyS0 root=/dev/vda rw");
        assertThat(bundle.bootMode()).contains(BootMode.DIRECT);
        var disk =
                BundleDescription.of("{\"boot\": \"disk\", \"disk\": \"d.raw\", \"uefi\": false}");
        assertThat(disk.bootMode()).contains(BootMode.BIOS);
    }

    @Test
    void bundleThatNamesOtherFilesIsRefused() {
        for (String bad :
                List.of(
                        DIRECT.replace("\"disk.qcow2\"", "\"../disk.qcow2\""),
                        DIRECT.replace("\"kernel\": \"kernel\"", "\"kernel\": \"/boot/vmlinuz\""),
                        DIRECT.replace("\"kernel\": \"kernel\",", ""),
                        DIRECT.replace("\"direct\"", "\"network\""),
                        DIRECT.replace("x86_64\",\n", "arm64\",\n"),
                        DIRECT.replace(" rw", "\\nrw"),
                        "{}",
                        "[")) {
            assertThatThrownBy(() -> BundleDescription.of(bad))
                    .as(bad)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void ovf() throws IOException {
        assertThat(OvfDescription.of(OVF))
                .isEqualTo(new OvfDescription("machine-disk1.vmdk", true));
        assertThat(OvfDescription.of(OVF.replace("efi", "bios")).uefi()).isFalse();
    }

    @Test
    void ovfWithTricksIsRefused() {
        String bomb =
                "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x><File id=\"1\""
                        + " href=\"&a;\"/><Disk fileRef=\"1\"/></x>";
        for (String bad : List.of("", "<x/>", bomb, OVF.replace("fileRef=\"file1\"", ""))) {
            assertThatThrownBy(() -> OvfDescription.of(bad)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void qemuImgOutput() throws IOException {
        assertThat(
                        QemuImg.parseInfo(
                                """
                                {"virtual-size": 100663296, "filename": "disk.qcow2",
                                 "cluster-size": 65536, "format": "qcow2", "actual-size": 200704,
                                 "format-specific": {"type": "qcow2", "data": {"compat": "1.1",
                                 "refcount-bits": 16, "corrupt": false}}, "dirty-flag": false}
                                """))
                .isEqualTo(new QemuImg.Info(100_663_296, false));
        assertThat(
                        QemuImg.parseInfo("{\"virtual-size\": 1, \"backing-filename\": \"x\"}")
                                .namesOtherFiles())
                .isTrue();
        assertThatThrownBy(() -> QemuImg.parseInfo("{}")).isInstanceOf(IOException.class);
        assertThat(QemuImg.percent("    (12.50/100%)")).hasValue(12);
        assertThat(QemuImg.percent("(100.00/100%)")).hasValue(100);
        assertThat(QemuImg.percent("qemu-img: warning")).isEmpty();
    }
}
