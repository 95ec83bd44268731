package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.client.assay.DeploymentStep.Argument;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.ProtocolException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The address book of one deployment.
 *
 * @param deployBlock the block before which none of the contracts existed
 * @param tokenName the token's EIP-712 name, and version
 * @param contracts everything that was deployed, by the contract's name; may be empty where the
 *     book was written by hand
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
    Address settlement,
    Map<String, Contract> contracts) {
  private static final String FORMAT = "assay-deployment/1";
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** There are some twenty-five contracts. */
  private static final int CONTRACTS_MAX = 100;

  private static final int ARGUMENTS_MAX = 100;

  /**
   * One deployed contract.
   *
   * @param codeHash keccak256 of its run-time code, immutables included
   * @param initCodeHash keccak256 of what created it
   * @param constructorArguments ABI-encoded, 0x
   * @param arguments the same for people, each with its unit and the view that gives it back
   */
  public record Contract(
      Address address,
      Bytes32 codeHash,
      Bytes32 initCodeHash,
      String constructorArguments,
      List<Argument> arguments) {
    public Contract {
      arguments = List.copyOf(arguments);
    }
  }

  public Deployment {
    contracts = Collections.unmodifiableMap(new LinkedHashMap<>(contracts));
  }

  /** The contracts that every deployment has, and no more. */
  public Deployment(
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
    this(
        chainId,
        deployBlock,
        token,
        tokenName,
        tokenVersion,
        devices,
        committee,
        vault,
        stake,
        market,
        settlement,
        Map.of());
  }

  /** Where a contract of this name is, as contracts/src names it; none in a book without it. */
  public Optional<Address> find(String contract) {
    return Optional.ofNullable(contracts.get(contract)).map(Contract::address);
  }

  /** As {@link #find}; a book without the contract is refused by its name. */
  public Address place(String contract) {
    return find(contract)
        .orElseThrow(() ->
            new ProtocolException("MALFORMED_ADDRESS_BOOK", "the contract " + contract, "none"));
  }

  /** An argument of a contract, as it was deployed; a book without it is refused by its name. */
  public String argument(String contract, String name) {
    return Optional.ofNullable(contracts.get(contract)).stream()
        .flatMap(each -> each.arguments().stream())
        .filter(each -> each.name().equals(name))
        .map(Argument::value)
        .findFirst()
        .orElseThrow(() ->
            new ProtocolException(
                "MALFORMED_ADDRESS_BOOK", "the argument " + name + " of " + contract, "none"));
  }

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
    Map<String, Object> out = new LinkedHashMap<>();
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
    Map<String, Object> made = new LinkedHashMap<>();
    contracts.forEach((name, each) -> made.put(name, members(each)));
    out.put("contracts", made);
    return MAPPER.writeValueAsBytes(out);
  }

  private static Map<String, Object> members(Contract each) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("address", each.address().hex());
    out.put("codeHash", each.codeHash().hex());
    out.put("initCodeHash", each.initCodeHash().hex());
    out.put("constructorArguments", each.constructorArguments());
    out.put("arguments", each.arguments().stream().map(Deployment::members).toList());
    return out;
  }

  private static Map<String, String> members(Argument each) {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("name", each.name());
    out.put("value", each.value());
    out.put("unit", each.unit());
    out.put("read", each.read());
    return out;
  }

  /** Reads an address book; refuses by name what is missing or malformed. */
  public static Deployment parse(byte[] json) {
    JsonNode in;
    try {
      in = MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw new ProtocolException("MALFORMED_ADDRESS_BOOK", "JSON", e.getOriginalMessage());
    }
    if (!FORMAT.equals(text(in, "format"))) {
      throw new ProtocolException("MALFORMED_ADDRESS_BOOK", "format " + FORMAT, text(in, "format"));
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
        Address.fromHex(text(in, "settlement")),
        contracts(in));
  }

  private static Map<String, Contract> contracts(JsonNode in) {
    Map<String, Contract> out = new LinkedHashMap<>();
    JsonNode all = in.path("contracts");
    if (all.size() > CONTRACTS_MAX) {
      throw new ProtocolException(
          "MALFORMED_ADDRESS_BOOK", "at most " + CONTRACTS_MAX + " contracts", "" + all.size());
    }
    for (Map.Entry<String, JsonNode> each : all.properties()) {
      out.put(
          each.getKey(),
          new Contract(
              Address.fromHex(text(each.getValue(), "address")),
              Bytes32.fromHex(text(each.getValue(), "codeHash")),
              Bytes32.fromHex(text(each.getValue(), "initCodeHash")),
              text(each.getValue(), "constructorArguments"),
              arguments(each.getValue().path("arguments"))));
    }
    return out;
  }

  private static List<Argument> arguments(JsonNode in) {
    if (in.size() > ARGUMENTS_MAX) {
      throw new ProtocolException(
          "MALFORMED_ADDRESS_BOOK", "at most " + ARGUMENTS_MAX + " arguments", "" + in.size());
    }
    return in.valueStream()
        .map(each ->
            new Argument(
                text(each, "name"), text(each, "value"), text(each, "unit"), text(each, "read")))
        .toList();
  }

  private static String text(JsonNode in, String name) {
    JsonNode value = in.path(name);
    if (!value.isString()) {
      throw new ProtocolException(
          "MALFORMED_ADDRESS_BOOK", "a text member " + name, value.toString());
    }
    return value.asString();
  }

  private static long number(JsonNode in, String name) {
    try {
      return Long.parseLong(text(in, name));
    } catch (NumberFormatException e) {
      throw new ProtocolException("MALFORMED_ADDRESS_BOOK", name + " as a number", text(in, name));
    }
  }

  /** The contracts whose events make up the protocol's history. */
  public List<Address> eventSources() {
    return List.of(market, settlement, stake, devices, committee, vault);
  }
}
