package network.assay.contracts.service;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.client.sign.TxSigner;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.Sign;
import org.web3j.crypto.TransactionEncoder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Signs transactions with a key that a Web3Signer holds, by its eth1 REST interface: {@code GET
 * /api/v1/eth1/publicKeys}, {@code POST /api/v1/eth1/sign/KEY} with the bytes to hash and sign.
 *
 * <p>Assumptions. Breaks safety: none; a signature that is not the account's over this transaction
 * is refused here. Breaks liveness: the signer does not answer, or holds no such key.
 */
public final class Web3SignerTx implements TxSigner {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** Ten thousand public keys. */
  private static final int ANSWER_BYTES_MAX = 2 << 20;

  private static final int PUBLIC_KEY_BYTES = 64;

  private final URI base;
  private final Address address;
  private final String keyName;

  private Web3SignerTx(URI base, Address address, String keyName) {
    this.base = base;
    this.address = address;
    this.keyName = keyName;
  }

  /**
   * Finds the account's key at the signer.
   *
   * @param base such as http://127.0.0.1:9000
   * @throws ConfigProblem where it does not answer or has no key of this account
   */
  public static Web3SignerTx open(URI base, Address address) {
    JsonNode keys = json(base, ask(base, "/api/v1/eth1/publicKeys", null));
    for (JsonNode each : keys) {
      String name = each.isString() ? each.asString() : "";
      if (belongs(name, address)) {
        return new Web3SignerTx(base, address, name);
      }
    }
    throw new ConfigProblem(
        "the signer at "
            + base
            + " holds "
            + keys.size()
            + " keys, and none of them is "
            + address
            + "'s");
  }

  private static boolean belongs(String publicKey, Address address) {
    try {
      byte[] point = Hex.decode(publicKey, PUBLIC_KEY_BYTES + 1);
      int from = point.length - PUBLIC_KEY_BYTES;
      return from >= 0
          && Address.of(Keccak.hash(Arrays.copyOfRange(point, from, point.length)).toArray(), 12)
              .equals(address);
    } catch (ProtocolException e) {
      return false;
    }
  }

  @Override
  public Address address() {
    return address;
  }

  @Override
  public SignedTx sign(UnsignedTx tx) {
    RawTransaction raw =
        RawTransaction.createTransaction(
            tx.chainId(),
            BigInteger.valueOf(tx.nonce()),
            BigInteger.valueOf(tx.gasLimit()),
            tx.to().map(Address::hex).orElse(""),
            tx.valueWei(),
            tx.data(),
            tx.priorityFeePerGas(),
            tx.maxFeePerGas());
    byte[] unsigned = TransactionEncoder.encode(raw);
    Signature signature = sign(unsigned);
    byte[] parts = signature.toArray();
    Sign.SignatureData data =
        new Sign.SignatureData(
            parts[64], Arrays.copyOfRange(parts, 0, 32), Arrays.copyOfRange(parts, 32, 64));
    byte[] signed = TransactionEncoder.encode(raw, data);
    return new SignedTx(Hex.encode(signed), Keccak.hash(signed).hex());
  }

  private Signature sign(byte[] message) {
    String body = Json.write(Map.of("data", Hex.encode(message)));
    String answer = ask(base, "/api/v1/eth1/sign/" + keyName, body).strip().replace("\"", "");
    try {
      Signature signature = Signature.fromHex(answer);
      Bytes32 digest = Keccak.hash(message);
      Optional<Address> signer = Secp256k1.recover(digest, signature);
      if (!signer.equals(Optional.of(address))) {
        throw new ConfigProblem(
            "the signer at "
                + base
                + " answered with a signature of "
                + signer.map(Address::hex).orElse("nobody")
                + ", want "
                + address);
      }
      return signature;
    } catch (ProtocolException e) {
      throw new ConfigProblem(
          "the signer at " + base + " answered with no signature: " + e.getMessage(), e);
    }
  }

  private static String ask(URI base, String path, @Nullable String body) {
    URI uri = URI.create(base.toString().replaceAll("/+$", "") + path);
    try (BoundedHttp http = new BoundedHttp(TIMEOUT, ANSWER_BYTES_MAX)) {
      BoundedHttp.Answer answer = body == null ? http.get(uri) : http.postJson(uri, body);
      if (!answer.isOk()) {
        throw new ConfigProblem(
            "the signer at " + base + " answers " + answer.status() + " to " + path);
      }
      return new String(answer.body().toArray(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ConfigProblem("the signer at " + base + " does not answer: " + e.getMessage(), e);
    }
  }

  private static JsonNode json(URI base, String text) {
    try {
      JsonNode read = Json.mapper().readTree(text);
      if (!read.isArray()) {
        throw new ConfigProblem(
            "want a list of public keys from the signer at "
                + base
                + ", got "
                + read.getNodeType());
      }
      return read;
    } catch (JacksonException e) {
      throw new ConfigProblem("want JSON from the signer at " + base + ", got something else", e);
    }
  }
}
