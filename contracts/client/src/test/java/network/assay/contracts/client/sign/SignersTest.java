package network.assay.contracts.client.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Optional;
import network.assay.contracts.client.sign.TxSigner.SignedTx;
import network.assay.contracts.client.sign.TxSigner.UnsignedTx;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Secp256k1;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Sign;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;

class SignersTest {
  private static final Secp256k1.PrivateKey KEY =
      Secp256k1.PrivateKey.of(Keccak.hashUtf8("signers test").toArray());
  private final KeySigner signer = KeySigner.of(KEY);

  @Test
  void aDigestSignatureIsWeb3jsOwn() throws Exception {
    Bytes32 digest = Keccak.hashUtf8("digest");
    Sign.SignatureData theirs =
        Sign.signMessage(
            digest.toArray(),
            org.web3j.crypto.ECKeyPair.create(new BigInteger(1, KEY.secretBytes())),
            false);
    assertThat(signer.sign(digest).r()).isEqualTo(new BigInteger(1, theirs.getR()));
    assertThat(signer.sign(digest).s()).isEqualTo(new BigInteger(1, theirs.getS()));
    assertThat(signer.sign(digest).v()).isEqualTo(theirs.getV()[0]);
    assertThat(Secp256k1.recover(digest, signer.sign(digest))).contains(signer.address());
  }

  @Test
  void aTransactionCarriesWhatWasAskedAndTheSender() throws Exception {
    Address to = Address.fromHex("0x00000000000000000000000000000000000000aa");
    SignedTx signed =
        signer.sign(
            new UnsignedTx(
                31337,
                7,
                50_000,
                BigInteger.ONE,
                BigInteger.TEN,
                Optional.of(to),
                BigInteger.TWO,
                "0x1234"));
    SignedRawTransaction decoded = (SignedRawTransaction) TransactionDecoder.decode(signed.raw());
    assertThat(decoded.getFrom()).isEqualTo(signer.address().hex());
    assertThat(decoded.getNonce()).isEqualTo(7);
    assertThat(decoded.getTo()).isEqualTo(to.hex());
    assertThat(decoded.getValue()).isEqualTo(2);
    assertThat(decoded.getData()).isEqualTo("1234");
    assertThat(signed.hash()).isEqualTo(Keccak.hash(Hex.decode(signed.raw(), 1_000)).hex());
  }

  @Test
  void aTipAboveTheMaximumIsRefused() {
    assertThatThrownBy(() ->
            new UnsignedTx(
                1,
                0,
                21_000,
                BigInteger.TEN,
                BigInteger.ONE,
                Optional.empty(),
                BigInteger.ZERO,
                "0x"))
        .hasMessageContaining("priority fee ≤ max fee");
  }

  @Test
  void aKeystoreOpensWithItsPasswordOnly() {
    String file = KeystoreV3.encrypt(KEY, "correct");
    assertThat(KeystoreV3.decrypt(file, "correct").address()).isEqualTo(KEY.address());
    assertThatThrownBy(() -> KeystoreV3.decrypt(file, "wrong"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not open");
  }

  @Test
  void aKeystoreThatWouldExhaustMemoryIsRefusedUnopened() {
    String file = KeystoreV3.encrypt(KEY, "correct").replaceAll("\"n\":\\d+", "\"n\":1073741824");
    assertThatThrownBy(() -> KeystoreV3.decrypt(file, "correct"))
        .hasMessageContaining("want scrypt cost");
  }

  @Test
  void whatIsNoKeystoreIsRefused() {
    assertThatThrownBy(() -> KeystoreV3.decrypt("{}", "x"))
        .hasMessageContaining("version 3 key file");
    assertThatThrownBy(() -> KeystoreV3.decrypt("no json", "x"))
        .hasMessageContaining("version 3 key file");
    assertThatThrownBy(() -> KeystoreV3.decrypt("{" + " ".repeat(10_000) + "}", "x"))
        .hasMessageContaining("at most 8192");
  }

  @Test
  void aSignersTextNeverShowsItsKey() {
    assertThat(signer.toString()).doesNotContain(Hex.encode(KEY.secretBytes()).substring(2));
  }
}
