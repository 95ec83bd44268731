package network.assay.contracts.client.send;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Type;

/**
 * Decodes revert data to the names of Solidity's custom errors. Callers register the signatures of
 * the contracts they talk to; {@code Error(string)} and {@code Panic(uint256)} are known.
 */
public final class RevertReasons {
  /** Revert data is returned memory; what a person reads of it is bounded. */
  private static final int DATA_BYTES_MAX = 4_096;

  private static final int ARG_CHARS_MAX = 200;

  private record Signature(String name, List<String> types) {}

  private final Map<String, Signature> bySelector = new ConcurrentHashMap<>();

  public RevertReasons() {
    register("Error(string)");
    register("Panic(uint256)");
  }

  /**
   * Effects: errors of this signature get their name from now on.
   *
   * @param signature canonical, such as {@code InsufficientStake(uint256,uint256)}; elementary
   *     types only
   * @throws IllegalArgumentException where it is no signature, or its selector already means
   *     another error
   */
  public RevertReasons register(String signature) {
    int open = signature.indexOf('(');
    if (open < 1 || !signature.endsWith(")")) {
      throw new IllegalArgumentException(
          "want an error signature such as Refused(uint256), got " + signature);
    }
    String inner = signature.substring(open + 1, signature.length() - 1);
    Signature parsed =
        new Signature(
            signature.substring(0, open),
            inner.isEmpty() ? List.of() : List.of(inner.split(",", -1)));
    String selector = Keccak.hashUtf8(signature).hex().substring(0, 10);
    Signature before = bySelector.putIfAbsent(selector, parsed);
    if (before != null && !before.equals(parsed)) {
      throw new IllegalArgumentException(
          signature + " and " + before + " share the selector " + selector);
    }
    return this;
  }

  /** The reason in a node's error answer; name None where it carries no data. */
  public RevertReason decode(RpcException.ErrorAnswer answer) {
    RevertReason reason = decode(answer.data().orElse("0x"));
    return reason.name().equals("None") ? RevertReason.own("None", answer.nodeMessage()) : reason;
  }

  /** The reason in revert bytes (0x). Never throws: what cannot be read is named Unknown. */
  public RevertReason decode(String data) {
    if (data.length() < 10) {
      return new RevertReason("None", List.of(), data);
    }
    String bounded =
        data.length() > 2 + 2 * DATA_BYTES_MAX ? data.substring(0, 2 + 2 * DATA_BYTES_MAX) : data;
    Signature signature = bySelector.get(bounded.substring(0, 10));
    if (signature == null) {
      return new RevertReason("Unknown", List.of(bounded.substring(0, 10)), bounded);
    }
    return new RevertReason(signature.name(), args(signature, bounded.substring(10)), bounded);
  }

  @SuppressWarnings({"rawtypes", "unchecked"}) // web3j's decoder is declared with raw types
  private static List<String> args(Signature signature, String words) {
    try {
      Hex.decode("0x" + words, DATA_BYTES_MAX);
      List<TypeReference<Type>> types = new ArrayList<>();
      for (String type : signature.types()) {
        types.add((TypeReference<Type>) TypeReference.makeTypeReference(type));
      }
      return FunctionReturnDecoder.decode("0x" + words, types).stream()
          .map(RevertReasons::text)
          .toList();
    } catch (ClassNotFoundException | RuntimeException e) {
      // web3j's decoder throws whatever its arithmetic meets on hostile bytes; the name alone is
      // still worth telling.
      return List.of("undecodable");
    }
  }

  private static String text(Type<?> value) {
    String text =
        value.getValue() instanceof byte[] bytes
            ? Hex.encode(bytes)
            : String.valueOf(value.getValue());
    return text.length() <= ARG_CHARS_MAX ? text : text.substring(0, ARG_CHARS_MAX) + "…";
  }
}
