package network.assay.contracts.client.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.client.testing.AnvilProcess;
import network.assay.contracts.client.testing.EmitterContract;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Hex;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measured, not assumed: events caught up per second from a local node, checkpoint durable. */
@Tag("deep")
class FollowerThroughputTest {
  private static final int TRANSACTIONS = 400;
  private static final int LOGS_EACH = 1_000;

  @Test
  void catchingUpMeetsItsGoal(@TempDir Path folder) {
    try (AnvilProcess anvil = AnvilProcess.start();
        SqliteStore store = SqliteStore.open(folder.resolve("follow.db"))) {
      Address emitter = anvil.deploy(EmitterContract.loopInitCode());
      String data = Hex.encode(Bytes.start().u256(BigInteger.valueOf(LOGS_EACH)).toArray());
      for (int i = 0; i < TRANSACTIONS; i++) {
        anvil.sendMined(Map.of("to", emitter.hex(), "data", data, "gas", "0xf42400"));
      }
      anvil.mine(100);
      AtomicLong seen = new AtomicLong();
      FollowerConfig config =
          new FollowerConfig(
              "throughput",
              Set.of(emitter),
              1,
              64,
              2_000,
              Duration.ofMillis(20),
              Duration.ofSeconds(5));
      ChainFollower follower =
          new ChainFollower(
              anvil.rpc(), JdbcCheckpointStore.over(store, "t"), counting(seen), config);
      long start = System.nanoTime();
      drain(follower);
      double perSecond = seen.get() / ((System.nanoTime() - start) / 1e9);
      System.out.printf("followed %d events at %.0f per second%n", seen.get(), perSecond);
      assertThat(seen.get()).isEqualTo((long) TRANSACTIONS * LOGS_EACH);
      assertThat(perSecond).as("events per second").isGreaterThan(20_000);
    }
  }

  /** A range that is too large an answer is refused and halved: that costs no event. */
  private static void drain(ChainFollower follower) {
    for (int failures = 0; failures < 20; ) {
      try {
        if (!follower.step()) {
          return;
        }
      } catch (RpcException e) {
        failures++;
      }
    }
  }

  private static ChainHandler counting(AtomicLong seen) {
    return new ChainHandler() {
      @Override
      public void onBlock(BlockHeader header, List<ChainLog> logs, Connection tx) {
        seen.addAndGet(logs.size());
      }

      @Override
      public void onRollback(long toBlock, Connection tx) {
        throw new AssertionError("nothing was reorganised");
      }
    };
  }
}
