package network.assay.oracle.verify;

import java.util.List;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.oracle.verify.work.OpenedRows;
import network.assay.oracle.verify.work.RevealedDraw;
import network.assay.oracle.verify.work.SignedOpening;

/**
 * Everything that decides one job's verdict. Nothing else does: two oracles with equal cases come
 * to equal findings.
 *
 * @param bundle the acknowledged bundle's bytes
 * @param job as the chain has it
 * @param committee of the job's epoch
 * @param domains of the deployment
 * @param draws revealed, each checked against its Ack ({@link RevealedDraw#matches}); at most one
 *     an oracle
 * @param openings as received, from the device or passed on by peers
 * @param batchesElsewhere telemetry batches of this job heard outside the bundle
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, hashed once
public record EvidenceCase(
    byte[] bundle,
    ChainJob job,
    Committee committee,
    Domains domains,
    List<RevealedDraw> draws,
    List<SignedOpening> openings,
    List<EvidenceBundle.SignedBatch> batchesElsewhere) {

  /**
   * Refuses a committee of another epoch, draws of strangers or of one oracle twice, and more
   * openings than anybody needs.
   */
  public EvidenceCase {
    draws = List.copyOf(draws);
    openings = List.copyOf(openings);
    batchesElsewhere = List.copyOf(batchesElsewhere);
    if (committee.epoch() != job.epoch()) {
      throw new IllegalArgumentException(
          "want the committee of the job's epoch "
              + job.epoch()
              + ", got that of "
              + committee.epoch());
    }
    long oracles =
        draws.stream()
            .map(RevealedDraw::oracle)
            .distinct()
            .filter(o -> committee.indexOf(o) >= 0)
            .count();
    if (oracles != draws.size()) {
      throw new IllegalArgumentException(
          "want one draw each of oracles of the committee, got "
              + draws.size()
              + " draws by "
              + oracles
              + " such oracles");
    }
    if (openings.size() > OpenedRows.OPENINGS_MAX) {
      throw new IllegalArgumentException(
          "want at most " + OpenedRows.OPENINGS_MAX + " openings, got " + openings.size());
    }
  }
}
