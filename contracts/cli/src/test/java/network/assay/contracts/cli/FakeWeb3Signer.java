package network.assay.contracts.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.Json;
import org.web3j.crypto.ECKeyPair;
import org.web3j.utils.Numeric;

/** Answers as Web3Signer's eth1 REST interface does, with a key of its own. */
final class FakeWeb3Signer implements AutoCloseable {
  private final HttpServer server;
  private final String publicKey;
  private volatile Secp256k1.PrivateKey key;

  FakeWeb3Signer(String secret) throws IOException {
    key = Secp256k1.PrivateKey.of(Hex.decode(secret, 32));
    publicKey =
        Numeric.toHexStringWithPrefixZeroPadded(
            ECKeyPair.create(Numeric.toBigInt(secret)).getPublicKey(), 128);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/eth1/publicKeys", e -> answer(e, "[\"" + publicKey + "\"]"));
    server.createContext("/api/v1/eth1/sign/" + publicKey, this::sign);
    server.start();
  }

  String choice(String address) {
    String base = "http://127.0.0.1:" + server.getAddress().getPort();
    return "{\"web3signer\": \"" + base + "\", \"address\": \"" + address + "\"}";
  }

  void signWith(String secret) {
    key = Secp256k1.PrivateKey.of(Hex.decode(secret, 32));
  }

  private void sign(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String data = Json.mapper().readTree(body).get("data").asString();
    answer(exchange, key.sign(Keccak.hash(Hex.decode(data, 1 << 18))).hex());
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
