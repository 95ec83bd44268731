package network.assay.oracle.verify.attest;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import network.assay.oracle.verify.attest.x509.Cert;

/** Which root certificates are believed, and for what. */
public final class TrustAnchors {

  /** A pinned root: the file among the resources, and the SHA-256 that it must have. */
  private record Pinned(Anchor anchor, String file, String sha256) {}

  /**
   * The vendors' own roots. Sources: Intel's and AMD's certificate services (PCS, KDS), AWS's
   * published Nitro root, and the two roots in NVIDIA's nvtrust (Apache-2.0). Root certificates are
   * public facts; what makes them trusted here is the fingerprint.
   */
  private static final List<Pinned> PRODUCTION =
      List.of(
          new Pinned(
              Anchor.INTEL_SGX,
              "intel-sgx.pem",
              "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3"),
          new Pinned(
              Anchor.AMD_MILAN,
              "amd-milan.pem",
              "69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd"),
          new Pinned(
              Anchor.AMD_GENOA,
              "amd-genoa.pem",
              "4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1"),
          new Pinned(
              Anchor.AMD_TURIN,
              "amd-turin.pem",
              "1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a"),
          new Pinned(
              Anchor.AWS_NITRO,
              "aws-nitro.pem",
              "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b"),
          new Pinned(
              Anchor.NVIDIA_DEVICE,
              "nvidia-device.pem",
              "102bf659d5419614c9d8e6aecebc80454eb26b1df6a769ac720b9a690b167b48"),
          new Pinned(
              Anchor.NVIDIA_RIM,
              "nvidia-rim.pem",
              "12977b5115acb0381179279fffeb5a8c4d264971ebb32298023a465fa41df5d1"),
          // Azure's vTPM keys: "Trusted Launch FAQ", learn.microsoft.com/azure/virtual-machines.
          new Pinned(
              Anchor.TPM_AZURE,
              "tpm-azure.pem",
              "e6c596b17f8ffefba5c300f714cfb1260c6028704ecf7becc4ab5018efb00e95"),
          // Google's EK/AK CA Root, as go-tpm-tools has it (server/ca-certs).
          new Pinned(
              Anchor.TPM_GOOGLE,
              "tpm-google.pem",
              "594759594b9b61524f6c8ef668f7177f7b9066bc0674f2f49fe9e052be78beb2"));

  private static final TrustAnchors PRODUCTION_ANCHORS = load();

  private final Map<Anchor, List<Cert>> roots;

  private TrustAnchors(Map<Anchor, List<Cert>> roots) {
    this.roots = roots;
  }

  /** The vendors' roots; never a simulator's or a test's. */
  public static TrustAnchors production() {
    return PRODUCTION_ANCHORS;
  }

  /** Anchors of one's own, for tests and for `--roots`. */
  public static Builder builder() {
    return new Builder();
  }

  /** The roots that are trusted for this; empty means that nothing is. */
  public List<Cert> of(Anchor anchor) {
    return roots.getOrDefault(anchor, List.of());
  }

  /** All roots, for tests of what is not among them. */
  public List<Cert> all() {
    return roots.values().stream().flatMap(List::stream).toList();
  }

  private static TrustAnchors load() {
    Builder builder = builder();
    for (Pinned pinned : PRODUCTION) {
      Cert root = Cert.parseAll(resource(pinned.file), 1).getFirst();
      if (!root.sha256().equals(pinned.sha256)) {
        throw new IllegalStateException(
            pinned.file + ": got SHA-256 " + root.sha256() + ", want " + pinned.sha256);
      }
      builder.trust(pinned.anchor, root);
    }
    return builder.build();
  }

  private static byte[] resource(String file) {
    try (InputStream in = TrustAnchors.class.getResourceAsStream("roots/" + file)) {
      if (in == null) {
        throw new IllegalStateException("root certificate " + file + " is not in this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Collects anchors. */
  public static final class Builder {
    private final Map<Anchor, List<Cert>> roots = new EnumMap<>(Anchor.class);

    /** Trusts a root for this and nothing else. */
    @CanIgnoreReturnValue
    public Builder trust(Anchor anchor, Cert root) {
      roots.computeIfAbsent(anchor, a -> new ArrayList<>()).add(root);
      return this;
    }

    /** The anchors so far. */
    public TrustAnchors build() {
      Map<Anchor, List<Cert>> copy = new EnumMap<>(Anchor.class);
      roots.forEach((anchor, certs) -> copy.put(anchor, List.copyOf(certs)));
      return new TrustAnchors(copy);
    }
  }
}
