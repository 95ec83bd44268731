package network.assay.agent.evidence.tee;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import network.assay.agent.execute.PortException;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import org.junit.jupiter.api.Test;

/** The byte formats of Nitro's module and of TPMs, with somebody else playing the hardware. */
class HardwareAnswersTest {

  private static byte[] answer(byte[] document) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0xa1);
    out.write(0x6b);
    out.writeBytes("Attestation".getBytes(US_ASCII));
    out.write(0xa1);
    out.write(0x68);
    out.writeBytes("document".getBytes(US_ASCII));
    out.write(0x59);
    out.write(document.length >> 8);
    out.write(document.length);
    out.writeBytes(document);
    return out.toByteArray();
  }

  @Test
  void nitrosDocumentIsAskedForWithTheReportDataAndUnwrapped() throws Exception {
    byte[] document = new byte[4_500];
    document[0] = (byte) 0x84;
    byte[][] asked = new byte[1][];
    NitroNsm nitro =
        new NitroNsm(request -> {
          asked[0] = request;
          return answer(document);
        });
    byte[] data = new byte[64];
    data[63] = 9;
    Evidence evidence = nitro.report(data);
    assertThat(evidence.family()).isEqualTo(Family.NITRO);
    assertThat(evidence.raw()).isEqualTo(document);
    assertThat(asked[0]).startsWith(0xa1, 0x6b).contains(9);
    assertThat(asked[0]).hasSize(1 + 12 + 1 + 10 + 2 + 64 + 6 + 1 + 11 + 1);
  }

  @Test
  void whateverElseNitrosModuleSaysIsToldInOneSentence() {
    byte[] error = "\241eErrorpInvalidArgument".getBytes(US_ASCII);
    assertThatThrownBy(() -> new NitroNsm(request -> error).report(new byte[64]))
        .isInstanceOf(PortException.class)
        .hasMessageContaining("InvalidArgument");
    assertThatThrownBy(() ->
            new NitroNsm(
                    request -> {
                      throw new IOException("errno 19");
                    })
                .report(new byte[64]))
        .hasMessageContaining("errno 19");
    Random random = new Random(4);
    byte[] good = answer(new byte[100]);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(good, length);
      assertThatThrownBy(() -> NitroNsm.document(cut)).isInstanceOf(PortException.class);
    }
    for (int i = 0; i < 2_000; i++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      assertThatThrownBy(() -> NitroNsm.document(noise)).isInstanceOf(PortException.class);
    }
  }

  @Test
  void aMachineWithoutTheHardwareSaysSoInOneSentence() {
    // This machine is neither; one that is would fail here, and tell us more than this test.
    if (!java.nio.file.Files.exists(NitroNsm.DEVICE)) {
      assertThatThrownBy(NitroNsm::open).hasMessageContaining("without /dev/nsm");
    }
    if (!java.nio.file.Files.exists(TpmQuote.DEVICE)) {
      assertThatThrownBy(() -> TpmQuote.open(TpmQuote.AZURE_AK))
          .hasMessageContaining("without /dev/tpmrm0");
    }
    if (!java.nio.file.Files.exists(ConfigFsTsm.ROOT)) {
      assertThatThrownBy(ConfigFsTsm::open).hasMessageContaining("configfs-tsm");
    }
  }

  @Test
  void anIoctlOnWhatIsNoSecurityModuleEndsInASentence() throws Exception {
    try (NativeDevice device = NativeDevice.open("/dev/null");
        var arena = java.lang.foreign.Arena.ofConfined()) {
      assertThatThrownBy(() -> device.ioctl(0xC0200A00L, arena.allocate(32)))
          .isInstanceOf(IOException.class)
          .hasMessage("/dev/null refuses: errno 25");
    }
    assertThatThrownBy(() -> NativeDevice.open("/dev/no-such-device"))
        .hasMessage("cannot open /dev/no-such-device: errno 2");
  }

  @Test
  void aTpmIsAskedForItsPcrsAndItsAnswerTakenApart() throws Exception {
    byte[][] asked = new byte[1][];
    TpmQuote tpm =
        new TpmQuote(
            command -> {
              asked[0] = command;
              return tpmAnswer(new byte[] {1, 2, 3}, new byte[] {4, 5}, 0);
            },
            TpmQuote.AZURE_AK);
    TpmQuote.Quote quote = tpm.quote(new byte[32], 0x0000ff);
    assertThat(quote.attested()).containsExactly(1, 2, 3);
    assertThat(quote.signature()).containsExactly(4, 5);
    ByteBuffer command = ByteBuffer.wrap(asked[0]);
    assertThat(command.getShort() & 0xffff).isEqualTo(0x8002);
    assertThat(command.getInt()).isEqualTo(asked[0].length);
    assertThat(command.getInt()).isEqualTo(0x158);
    assertThat(command.getInt()).isEqualTo(0x81000003);
  }

  @Test
  void aTpmsErrorAndBrokenAnswersAreToldInOneSentence() {
    assertThatThrownBy(() -> TpmQuote.parse(tpmAnswer(new byte[3], new byte[2], 0x18b)))
        .isInstanceOf(PortException.class)
        .hasMessageContaining("TPM error 0x18b");
    byte[] good = tpmAnswer(new byte[] {1, 2, 3}, new byte[] {4, 5}, 0);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(good, length);
      assertThatThrownBy(() -> TpmQuote.parse(cut)).isInstanceOf(PortException.class);
    }
    byte[] swollen = good.clone();
    swollen[15] = 100;
    assertThatThrownBy(() -> TpmQuote.parse(swollen)).isInstanceOf(PortException.class);
  }

  private static byte[] tpmAnswer(byte[] attested, byte[] signature, int code) {
    int parameters = 2 + attested.length + signature.length;
    int length = 14 + parameters + 5;
    return ByteBuffer.allocate(length)
        .putShort((short) 0x8002)
        .putInt(length)
        .putInt(code)
        .putInt(parameters)
        .putShort((short) attested.length)
        .put(attested)
        .put(signature)
        .put(new byte[5])
        .array();
  }
}
