package network.assay.oracle.node.evidence;

import network.assay.oracle.verify.Assessment;
import network.assay.oracle.verify.EvidenceCase;

/**
 * Verifies evidence again and says what it is worth: {@code EvidenceVerifier::assess}. Runs outside
 * the event loop and takes as long as the work takes; must give equal answers to equal cases.
 */
@FunctionalInterface
public interface Judge {
  Assessment assess(EvidenceCase evidence);
}
