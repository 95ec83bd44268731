package network.assay.contracts.client.send;

import java.util.List;

/**
 * Why a contract refused.
 *
 * @param name a custom error's name, Error or Panic for Solidity's own, Unknown with a selector
 *     nobody registered, None without data
 * @param args the error's arguments as text, in order
 * @param data the raw revert bytes, 0x
 */
public record RevertReason(String name, List<String> args, String data) {
  public RevertReason {
    args = List.copyOf(args);
  }

  /** A reason of our own, found before anything was sent. */
  public static RevertReason own(String name, String... args) {
    return new RevertReason(name, List.of(args), "0x");
  }

  @Override
  public String toString() {
    return name + "(" + String.join(", ", args) + ")";
  }
}
