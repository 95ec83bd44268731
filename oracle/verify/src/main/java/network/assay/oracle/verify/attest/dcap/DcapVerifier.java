package network.assay.oracle.verify.attest.dcap;

import java.time.Instant;
import java.util.Optional;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.FamilyVerifier;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;

/** SGX and TDX quotes, version 3, 4 and 5. May be shared by threads. */
public final class DcapVerifier implements FamilyVerifier {
  private final DcapCache cache;

  /** A verifier with a cache of the usual size. */
  public DcapVerifier() {
    this(DcapCache.create());
  }

  /** A verifier that remembers in this cache; {@link DcapCache#none()} for nothing. */
  public DcapVerifier(DcapCache cache) {
    this.cache = cache;
  }

  @Override
  public Optional<Family> detect(byte[] raw) {
    return Quote.detect(raw);
  }

  @Override
  public boolean verifies(Family family) {
    return family == Family.SGX || family == Family.TDX;
  }

  @Override
  public Appraisal appraise(
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at) {
    Quote quote = Quote.parse(evidence.raw());
    if (quote.family() != evidence.family()) {
      throw new AttestException(
          "FAMILY", "a quote of " + quote.family().label(), evidence.family().label());
    }
    DcapCollateral found = new DcapCollateral(cache, collateral, anchors, at);
    return new DcapAppraisal(quote, evidence, found, cache, policy, expectations).appraise();
  }
}
