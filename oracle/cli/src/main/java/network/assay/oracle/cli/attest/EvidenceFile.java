package network.assay.oracle.cli.attest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;

/**
 * Evidence as people have it: raw, or wrapped in hex, base64 or JSON, up to three layers deep. What
 * lies beside it in the same JSON comes along as attachments.
 *
 * @param raw the evidence itself
 * @param beside what came in the same wrapping
 */
record EvidenceFile(Family family, byte[] raw, List<byte[]> beside) {
  private static final int LAYERS_MAX = 3;
  private static final int CANDIDATES_MAX = 4096;

  /** Of what lies beside evidence, short texts matter least: labels, digests of a log. */
  private static final int BESIDE_MAX = 256;

  private static final int SHORT_BYTES = 64;

  /** What is taken where several families are found in one wrapping: what says most first. */
  private static final List<Family> ORDER =
      List.of(
          Family.TPM,
          Family.TDX,
          Family.SGX,
          Family.SNP,
          Family.NITRO,
          Family.NVIDIA_GPU,
          Family.NVIDIA_SWITCH,
          Family.EAR,
          Family.EVENTLOG);

  /**
   * Finds the evidence in a file's bytes.
   *
   * @throws AttestException UNKNOWN_EVIDENCE
   */
  static EvidenceFile find(byte[] bytes, Attestation attestation) {
    if (bytes.length == 0 || bytes.length > 2 * Evidence.RAW_BYTES_MAX) {
      throw new AttestException(
          "EVIDENCE_SIZE", bytes.length + " bytes", "1 to " + 2 * Evidence.RAW_BYTES_MAX);
    }
    return inLayers(Yaml.looksLike(bytes) ? Yaml.toJson(bytes) : bytes, attestation);
  }

  private static EvidenceFile inLayers(byte[] bytes, Attestation attestation) {
    List<byte[]> layer = List.of(bytes);
    for (int depth = 0; depth <= LAYERS_MAX; depth++) {
      Optional<EvidenceFile> found = among(layer, attestation);
      if (found.isPresent()) {
        boolean whole = depth == 0 && found.get().family() != Family.TPM;
        return whole ? found.get() : found.get().with(QuoteCollateral.parts(bytes));
      }
      List<byte[]> inner = new ArrayList<>();
      for (byte[] candidate : layer) {
        if (inner.size() < CANDIDATES_MAX) {
          inner.addAll(Unwrap.once(candidate));
        }
      }
      if (inner.isEmpty()) {
        break;
      }
      layer = inner;
    }
    throw new AttestException(
        "UNKNOWN_EVIDENCE",
        bytes.length + " bytes of no family",
        "a quote, report, document or result, raw or in hex, base64 or JSON");
  }

  /** Signed objects of the same JSON, which are no leaves of it. */
  private EvidenceFile with(List<byte[]> more) {
    List<byte[]> all = new ArrayList<>(beside);
    all.addAll(more);
    return new EvidenceFile(family, raw, List.copyOf(all));
  }

  private static Optional<EvidenceFile> among(List<byte[]> layer, Attestation attestation) {
    EvidenceFile best = null;
    int bestAt = -1;
    for (int i = 0; i < layer.size(); i++) {
      byte[] candidate = layer.get(i);
      Optional<Family> family =
          candidate.length > 0 && candidate.length <= Evidence.RAW_BYTES_MAX
              ? attestation.detect(candidate)
              : Optional.empty();
      if (family.isPresent() && (best == null || rank(family.get()) < rank(best.family()))) {
        best = new EvidenceFile(family.get(), candidate, List.of());
        bestAt = i;
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    List<byte[]> beside = new ArrayList<>();
    boolean crowded = layer.size() > BESIDE_MAX;
    for (int i = 0; i < layer.size() && beside.size() < BESIDE_MAX; i++) {
      if (i != bestAt && layer.get(i).length > (crowded ? SHORT_BYTES : 0)) {
        beside.add(layer.get(i));
      }
    }
    return Optional.of(new EvidenceFile(best.family(), best.raw(), beside));
  }

  private static int rank(Family family) {
    return ORDER.indexOf(family);
  }
}
