package network.assay.oracle.node;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.HealthReading.Level;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.wire.OracleStatus;
import network.assay.oracle.node.chain.Chain;
import network.assay.oracle.node.chain.ChainException;
import network.assay.oracle.node.committee.CommitteeDesk;
import network.assay.oracle.node.loop.EventLoop;
import network.assay.oracle.node.peer.PeerLinks;
import org.jspecify.annotations.Nullable;

/**
 * UP only on positive evidence: a fresh chain, a loop that turns, 2f peers, no alarm, no missed
 * duty.
 */
final class OracleHealth {
  /** An event loop that has not turned for so long hangs: it turns once a second when idle. */
  private static final long LOOP_STALE_MS = 10_000;

  private final OracleParts parts;
  private final EventLoop loop;
  private final PeerLinks links;
  private final CommitteeDesk committees;
  private final Metrics metrics;

  OracleHealth(
      OracleParts parts,
      EventLoop loop,
      PeerLinks links,
      CommitteeDesk committees,
      Metrics metrics) {
    this.parts = parts;
    this.loop = loop;
    this.links = links;
    this.committees = committees;
    this.metrics = metrics;
  }

  OracleStatus status() {
    List<HealthReading> readings = readings();
    Level worst =
        readings.stream().map(HealthReading::level).max(Level::compareTo).orElse(Level.DOWN);
    return OracleStatus.newBuilder()
        .setOracle(ByteString.copyFrom(parts.key().address().toArray()))
        .setEpoch(committees.epoch())
        .setHeight(committees.height())
        .setRound((int) committees.round())
        .setPeersConnected(links.connected())
        .setHealth(worst.name())
        .addAllReasons(readings.stream().filter(r -> !r.isUp()).map(HealthReading::reason).toList())
        .setChainBlock(block())
        .build();
  }

  private long block() {
    try {
      return parts.chain().head().block();
    } catch (ChainException e) {
      return 0;
    }
  }

  private List<HealthReading> readings() {
    List<HealthReading> out = new ArrayList<>();
    out.add(parts.chain().health());
    out.add(loopReading());
    out.add(committee());
    String alarm = committees.alarm();
    if (alarm != null) {
      out.add(HealthReading.down("a person must look: " + alarm));
    }
    if (metrics.counted("duty_missed") > 0) {
      out.add(
          HealthReading.degraded(
              metrics.counted("duty_missed") + " jobs could not be verified here since the start"));
    }
    return out;
  }

  private HealthReading loopReading() {
    @Nullable Throwable halted = loop.haltedBy();
    if (halted != null) {
      return HealthReading.down("stopped deciding: " + halted.getMessage());
    }
    return loop.sinceLastTurnMs() > LOOP_STALE_MS
        ? HealthReading.down("the event loop has not turned for " + loop.sinceLastTurnMs() + " ms")
        : HealthReading.up("deciding");
  }

  private HealthReading committee() {
    try {
      Chain chain = parts.chain();
      Committee committee = chain.committee(chain.currentEpoch());
      if (committee.indexOf(parts.key().address()) < 0) {
        return HealthReading.degraded("not in the committee of epoch " + committee.epoch());
      }
      int connected = links.connected(committee);
      int want = 2 * committee.f();
      return connected >= want
          ? HealthReading.up(connected + " peers")
          : HealthReading.down(
              "peers of epoch "
                  + committee.epoch()
                  + " connected: want "
                  + want
                  + ", got "
                  + connected);
    } catch (ChainException e) {
      return HealthReading.down(String.valueOf(e.getMessage()));
    }
  }
}
