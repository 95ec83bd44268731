package network.assay.agent.execute.container;

import java.util.List;
import java.util.regex.Pattern;

/** Whom a container may talk to. */
public sealed interface NetworkRule {

  /** Nobody: no interface but its own loopback. The default. */
  record None() implements NetworkRule {}

  /** Only these, each as {@code host:port}; nothing else, by no way. */
  record Egress(List<String> targets) implements NetworkRule {
    private static final Pattern TARGET =
        Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?:[1-9][0-9]{0,4}");
    private static final int TARGETS_MAX = 32;

    public Egress {
      targets = List.copyOf(targets);
      if (targets.isEmpty() || targets.size() > TARGETS_MAX) {
        throw new IllegalArgumentException(
            "want 1 to " + TARGETS_MAX + " targets of egress, got " + targets.size());
      }
      for (String target : targets) {
        if (!TARGET.matcher(target).matches()) {
          throw new IllegalArgumentException(
              "want a target of egress as host:port, got \"" + Texts.cut(target) + "\"");
        }
      }
    }
  }
}
