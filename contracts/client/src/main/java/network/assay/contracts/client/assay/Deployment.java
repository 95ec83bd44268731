package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.ProtocolException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The address book of one deployment.
 *
 * @param deployBlock the block before which none of the contracts existed
 * @param tokenName the token's EIP-712 name, and version
 */
public record Deployment(
    long chainId,
    long deployBlock,
    Address token,
    String tokenName,
    String tokenVersion,
    Address devices,
    Address committee,
    Address vault,
    Address stake,
    Address market,
    Address settlement) {
  private static final String FORMAT = "assay-deployment/1";
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  /** Domain of Offer, Order, Accept, WorkCommit, Fail, Opening, TelemetryBatch, AgentHello. */
  public Eip712Domain marketDomain() {
    return Eip712Domain.assay(chainId, market);
  }

  /** Domain of Report. */
  public Eip712Domain settlementDomain() {
    return Eip712Domain.assay(chainId, settlement);
  }

  /** Domain of DeviceRegistration. */
  public Eip712Domain devicesDomain() {
    return Eip712Domain.assay(chainId, devices);
  }

  /** Domain of what oracles sign to each other and to devices. */
  public Eip712Domain committeeDomain() {
    return Eip712Domain.assay(chainId, committee);
  }

  /** The token's own domain, for EIP-3009. */
  public Eip712Domain tokenDomain() {
    return new Eip712Domain(tokenName, tokenVersion, BigInteger.valueOf(chainId), token);
  }

  /** The address book as a JSON file's bytes; numbers and addresses as text. */
  public byte[] toJson() {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("format", FORMAT);
    out.put("chainId", Long.toString(chainId));
    out.put("deployBlock", Long.toString(deployBlock));
    out.put("token", token.hex());
    out.put("tokenName", tokenName);
    out.put("tokenVersion", tokenVersion);
    out.put("devices", devices.hex());
    out.put("committee", committee.hex());
    out.put("vault", vault.hex());
    out.put("stake", stake.hex());
    out.put("market", market.hex());
    out.put("settlement", settlement.hex());
    return MAPPER.writeValueAsBytes(out);
  }

  /** Reads an address book; refuses by name what is missing or malformed. */
  public static Deployment parse(byte[] json) {
    Map<String, String> in;
    try {
      in = MAPPER.readValue(json, TEXTS);
    } catch (JacksonException e) {
      throw new ProtocolException(
          "MALFORMED_ADDRESS_BOOK", "an object of texts", e.getOriginalMessage());
    }
    if (!FORMAT.equals(in.get("format"))) {
      throw new ProtocolException("MALFORMED_ADDRESS_BOOK", "format " + FORMAT, in.get("format"));
    }
    return new Deployment(
        number(in, "chainId"),
        number(in, "deployBlock"),
        Address.fromHex(text(in, "token")),
        text(in, "tokenName"),
        text(in, "tokenVersion"),
        Address.fromHex(text(in, "devices")),
        Address.fromHex(text(in, "committee")),
        Address.fromHex(text(in, "vault")),
        Address.fromHex(text(in, "stake")),
        Address.fromHex(text(in, "market")),
        Address.fromHex(text(in, "settlement")));
  }

  private static String text(Map<String, String> in, String name) {
    String value = in.get(name);
    if (value == null) {
      throw new ProtocolException("MALFORMED_ADDRESS_BOOK", "a member " + name, "none");
    }
    return value;
  }

  private static long number(Map<String, String> in, String name) {
    try {
      return Long.parseLong(text(in, name));
    } catch (NumberFormatException e) {
      throw new ProtocolException("MALFORMED_ADDRESS_BOOK", name + " as a number", in.get(name));
    }
  }

  /** The contracts whose events make up the protocol's history. */
  public List<Address> eventSources() {
    return List.of(market, settlement, stake, devices, committee, vault);
  }
}
