package network.assay.testchain.devnet;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import network.assay.agent.execute.Ports;
import network.assay.agent.runtime.EmbeddingsRuntime;
import network.assay.oracle.replay.ModelRegistry;

/**
 * What bad providers do, as wrappers around an honest agent's ports; it exists here and nowhere
 * else.
 */
public final class Dishonesty {
  private Dishonesty() {}

  /** Declares fp32 and runs weights of eight bits, which are cheaper. */
  public static UnaryOperator<Ports> coarserModel() {
    return ports ->
        ports.withRuntime(
            EmbeddingsRuntime.load(Map.of(ModelRegistry.MINI_LM_FP32, ModelRegistry.MINI_LM_INT8)));
  }

  /** Offers, and never answers an assignment. */
  public static UnaryOperator<Ports> neverAnswers() {
    return ports -> ports.withAcceptance(ticket -> Optional.of("this provider never answers"));
  }
}
