package network.assay.contracts.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class Secp256k1Test {
  private static Secp256k1.PrivateKey key(int number) {
    return Secp256k1.PrivateKey.of(Keccak.hashUtf8("test key " + number).toArray());
  }

  private static Bytes32 digest(Random random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Bytes32.of(bytes);
  }

  @Test
  void knowsTheFirstDevelopmentAccount() {
    // Secret and address are public: the first account of every Anvil and Hardhat chain.
    var key =
        Secp256k1.PrivateKey.of(
            Hex.decode("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", 32));
    assertThat(key.address().hex()).isEqualTo("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    assertThat(key.toString()).doesNotContain("ac0974");
  }

  @Test
  void recoversTheSignerAndNobodyElse() {
    long seed = 20261121;
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      Bytes32 digest = digest(random);
      Signature signature = key(i).sign(digest);
      assertThat(Secp256k1.recover(digest, signature))
          .as("seed %d, %d", seed, i)
          .contains(key(i).address());
      assertThat(Secp256k1.recover(digest(random), signature))
          .isNotEqualTo(java.util.Optional.of(key(i).address()));
    }
  }

  @Test
  void refusesTheMalleableTwin() {
    Bytes32 digest = Keccak.hashUtf8("x");
    Signature good = key(1).sign(digest);
    Signature twin = Signature.of(good.r(), Secp256k1.ORDER.subtract(good.s()), 55 - good.v());
    assertThat(Secp256k1.recover(digest, twin)).isEmpty();
    assertThat(Secp256k1.recoverRaw(digest, twin.r(), twin.s(), twin.v()))
        .contains(key(1).address());
  }

  @Test
  void aQuorumNeedsExactlyItsSigners() {
    Committee committee =
        new Committee(
            1,
            IntStream.range(0, 4).mapToObj(i -> key(i).address()).toList(),
            IntStream.range(0, 4).mapToObj(i -> Keccak.hashUtf8("pin" + i)).toList());
    Bytes32 digest = Keccak.hashUtf8("report");
    Map<Integer, Signature> signatures = new HashMap<>();
    for (int i : List.of(3, 0, 2)) {
      signatures.put(i, key(i).sign(digest));
    }
    QuorumSignatures packed = QuorumSignatures.pack(committee, signatures);
    assertThat(packed.bitmask()).isEqualTo(0b1101);
    packed.verify(committee, digest);
    assertThatThrownBy(() -> packed.verify(committee, Keccak.hashUtf8("other")))
        .hasMessageContaining("WRONG_SIGNER");
    assertThatThrownBy(
            () -> new QuorumSignatures(0b1011, packed.signatures()).verify(committee, digest))
        .hasMessageContaining("WRONG_SIGNER");
    assertThatThrownBy(
            () -> new QuorumSignatures(0b1111, packed.signatures()).verify(committee, digest))
        .hasMessageContaining("WRONG_BITMASK");
    assertThatThrownBy(
            () -> new QuorumSignatures(0b10101, packed.signatures()).verify(committee, digest))
        .hasMessageContaining("WRONG_BITMASK");
    signatures.remove(0);
    assertThatThrownBy(() -> QuorumSignatures.pack(committee, signatures))
        .hasMessageContaining("NO_QUORUM");
  }

  @Test
  void committeeBlobComesBack() {
    Committee committee =
        new Committee(
            7,
            IntStream.range(0, 4).mapToObj(i -> key(i).address()).toList(),
            IntStream.range(0, 4).mapToObj(i -> Keccak.hashUtf8("pin" + i)).toList());
    assertThat(Committee.fromBlob(7, committee.blob())).isEqualTo(committee);
    assertThatThrownBy(() -> Committee.fromBlob(7, new byte[53]))
        .hasMessageContaining("COMMITTEE_BLOB");
  }
}
