package network.assay.contracts.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvidenceBundleTest {
  private static final Secp256k1.PrivateKey KEY =
      Secp256k1.PrivateKey.of(Keccak.hashUtf8("device").toArray());
  private static final Signature SIGNATURE = KEY.sign(Keccak.hashUtf8("x"));

  private static Order order() {
    return new Order(
        Address.ZERO,
        Bytes32.ZERO,
        Bytes32.ZERO,
        Address.ZERO,
        Bytes32.ZERO,
        0,
        3,
        1,
        BigInteger.TEN,
        BigInteger.TEN,
        0,
        2,
        100,
        5,
        60,
        60,
        Bytes32.ZERO,
        Address.ZERO,
        0,
        9);
  }

  private static EvidenceBundle bundle() {
    TelemetrySample sample =
        new TelemetrySample(
            1,
            2,
            3,
            4,
            TelemetrySample.UNKNOWN_U64,
            List.of(
                new TelemetrySample.Gpu(Bytes32.ZERO, TelemetrySample.UNKNOWN_U32, 1, 2, 3, 4)));
    TelemetryBatch batch =
        new TelemetryBatch(
            1,
            5,
            KEY.address(),
            0,
            Bytes32.ZERO,
            Bytes32.ZERO,
            1,
            2,
            Bytes32.ZERO,
            Bytes32.ZERO,
            1,
            TelemetrySample.root(List.of(sample)));
    Offer offer =
        new Offer(
            KEY.address(), Bytes32.ZERO, 0, BigInteger.TWO, 1, 2, BigInteger.TEN, 1, 0, 8, 0, 1);
    WorkCommit commit =
        new WorkCommit(
            5,
            KEY.address(),
            Bytes32.ZERO,
            Bytes32.ZERO,
            1,
            2,
            Bytes32.ZERO,
            Bytes32.ZERO,
            Bytes32.ZERO,
            Bytes32.ZERO,
            3);
    return new EvidenceBundle(
        "{}".getBytes(StandardCharsets.UTF_8),
        order(),
        offer,
        new Accept(5, Bytes32.ZERO, Bytes32.ZERO, Bytes32.ZERO),
        SIGNATURE,
        commit,
        SIGNATURE,
        "input".getBytes(StandardCharsets.UTF_8),
        new byte[] {1, 2, 3},
        List.of(
            new EvidenceBundle.SignedBatch(
                batch, SIGNATURE, TelemetrySample.encodeAll(List.of(sample)))),
        List.of(new EvidenceBundle.SignedNonce(KEY.address(), Bytes32.ZERO, 7, SIGNATURE)),
        0,
        new byte[0]);
  }

  @Test
  void bytesAreCanonical() {
    byte[] bytes = bundle().encode();
    assertThat(EvidenceBundle.parse(bytes).encode()).isEqualTo(bytes);
  }

  @Test
  void samplesComeBack() {
    byte[] samples = bundle().telemetry().getFirst().samples();
    List<TelemetrySample> decoded = TelemetrySample.decodeAll(samples, 1);
    assertThat(TelemetrySample.encodeAll(decoded)).isEqualTo(samples);
    assertThatThrownBy(() -> TelemetrySample.decodeAll(samples, 2))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> TelemetrySample.decodeAll(samples, 0xffffffffL))
        .hasMessageContaining("TRUNCATED");
  }

  @Test
  void refusesTrailingBytesAndOversize() {
    byte[] bytes = bundle().encode();
    assertThatThrownBy(() -> EvidenceBundle.parse(Arrays.copyOf(bytes, bytes.length + 1)))
        .hasMessageContaining("TRAILING_BYTES");
    assertThatThrownBy(() -> EvidenceBundle.parse(new byte[EvidenceBundle.BYTES_MAX + 1]))
        .hasMessageContaining("TOO_LONG");
  }

  @Test
  void everyTruncationIsRefusedByName() {
    byte[] bytes = bundle().encode();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> EvidenceBundle.parse(cut)).isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void mutatedBytesAreRefusedOrCanonical() {
    byte[] bytes = bundle().encode();
    long seed = 7;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = bytes.clone();
      mutated[random.nextInt(bytes.length)] = (byte) random.nextInt();
      try {
        assertThat(EvidenceBundle.parse(mutated).encode())
            .as("seed %d, %d", seed, i)
            .isEqualTo(mutated);
      } catch (ProtocolException refused) {
        assertThat(refused.reason()).isNotBlank();
      }
    }
  }
}
