package network.assay.oracle.verify.attest.compose;

import java.util.List;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.dcap.DcapVerifier;
import network.assay.oracle.verify.attest.ear.EarVerifier;
import network.assay.oracle.verify.attest.eventlog.EventLogVerifier;
import network.assay.oracle.verify.attest.nitro.NitroVerifier;
import network.assay.oracle.verify.attest.nvidia.NvidiaVerifier;
import network.assay.oracle.verify.attest.snp.SnpVerifier;
import network.assay.oracle.verify.attest.tpm.TpmVerifier;
import network.assay.oracle.verify.attest.x509.LinkCache;
import network.assay.oracle.verify.attest.x509.VerifyKey;

/** Every family that this build verifies, behind one front door. */
public final class Verifiers {
  /** Signatures of certificates and lists that are remembered; some 200 bytes each. */
  private static final int LINKS_MAX = 16_384;

  private Verifiers() {}

  /** All of them, sharing their memory of signatures. No EAR is trusted. */
  public static Attestation all() {
    return all(List.of());
  }

  /**
   * All of them, in the order in which bytes are tried: formats with a marking of their own first.
   *
   * @param earKeys keys of verifiers whose results are trusted
   */
  public static Attestation all(List<? extends VerifyKey> earKeys) {
    LinkCache links = new LinkCache(LINKS_MAX);
    PaddedQuotes dcap = new PaddedQuotes(new DcapVerifier());
    SnpVerifier snp = new SnpVerifier(links);
    TpmVerifier tpm = new TpmVerifier(List.of(snp, dcap), links);
    return new Attestation(
        List.of(
            new NvidiaVerifier(links),
            new NitroVerifier(links),
            dcap,
            tpm,
            snp,
            new EventLogVerifier(List.of(dcap, tpm)),
            new EarVerifier(earKeys)));
  }
}
