package network.assay.oracle.cli.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.json.StrictJson;
import network.assay.oracle.verify.attest.nvidia.Rim;
import network.assay.oracle.verify.attest.nvidia.RimCheck;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Chains;
import network.assay.oracle.verify.attest.x509.Crl;
import network.assay.oracle.verify.attest.x509.EcKey;
import network.assay.oracle.verify.attest.x509.LinkCache;
import org.jspecify.annotations.Nullable;

/** Judges rows of what vendors sign beside evidence: manifests, lists, TCB info, certificates. */
final class CollateralJudge {
  private static final Instant USUAL = Instant.parse("2025-03-01T00:00:00Z");

  private static final Pattern CHAINS_TO = Pattern.compile("chains to ([^ ;,(]+)");

  private final Path folder;
  private final LinkCache links = new LinkCache(1024);

  CollateralJudge(Path folder) {
    this.folder = folder;
  }

  @Nullable String problem(Row row, byte[] raw, List<Path> beside) throws IOException {
    if (Rim.looksLike(raw)) {
      return manifest(row, raw);
    }
    String start = new String(raw, 0, Math.min(raw.length, 2048), ISO_8859_1);
    if (start.contains("\"tcbInfo\"") || start.contains("\"enclaveIdentity\"")) {
      return signedJson(row, raw, start.contains("\"tcbInfo\"") ? "tcbInfo" : "enclaveIdentity");
    }
    Optional<Crl> crl = crl(raw);
    if (crl.isPresent()) {
      return list(row, crl.get(), beside);
    }
    List<Cert> certs = certs(raw);
    if (!certs.isEmpty()) {
      return chain(row, certs, beside);
    }
    return other(row, raw, start);
  }

  private @Nullable String manifest(Row row, byte[] raw) {
    Claims claims =
        new RimCheck(links)
            .alone(
                raw,
                TrustAnchors.production().of(Anchor.NVIDIA_RIM),
                row.at().filter(at -> !row.time().contains("notAfter")).orElse(USUAL));
    Finding finding = claims.finding();
    boolean wanted = !row.expected().startsWith("reject");
    return finding.holds() == wanted ? null : finding.toString();
  }

  /** The body as it stands, and its signature by one of Intel's signers. */
  private @Nullable String signedJson(Row row, byte[] raw, String name) throws IOException {
    String text = new String(raw, ISO_8859_1);
    int from = text.indexOf(':', text.indexOf("\"" + name + "\"")) + 1;
    int to = text.lastIndexOf(",\"signature\"");
    int quote = text.indexOf('"', text.indexOf(':', to));
    if (from <= 0 || to < from || quote < 0) {
      return "another form than a body and its signature";
    }
    byte[] signature = HexFormat.of().parseHex(text, quote + 1, text.indexOf('"', quote + 1));
    byte[] hash = Hashes.sha256(text.substring(from, to).getBytes(ISO_8859_1));
    boolean byIntel = false;
    for (Cert signer : signers(folder.resolve("dcap").resolve("_roots"))) {
      byIntel |=
          signer.commonName().contains("TCB Signing")
              && signer.key() instanceof EcKey key
              && key.verifiesRaw(hash, signature)
              && underIntel(signer);
    }
    boolean wanted = row.expected().startsWith("signature valid") && !row.says("test root");
    return byIntel == wanted ? null : byIntel ? "signed by Intel" : "not signed by Intel";
  }

  private boolean underIntel(Cert signer) {
    return Chains.verify(
            signer,
            List.of(),
            TrustAnchors.production().of(Anchor.INTEL_SGX),
            signer.notBefore().plusSeconds(1),
            Chains.Rules.signer(),
            links)
        instanceof Chains.Valid;
  }

  private @Nullable String list(Row row, Crl crl, List<Path> beside) throws IOException {
    List<Cert> pool = new ArrayList<>();
    for (Path file : beside) {
      pool.addAll(certs(Files.readAllBytes(file)));
    }
    boolean vendors = false;
    for (Cert issuer : pool) {
      boolean named = java.util.Arrays.equals(issuer.subject(), crl.issuer());
      if (named && isVendors(issuer, pool, crl.thisUpdate())) {
        vendors |= crl.problem(issuer, crl.thisUpdate(), links).isEmpty();
      }
    }
    for (Cert root : TrustAnchors.production().all()) {
      boolean named = java.util.Arrays.equals(root.subject(), crl.issuer());
      vendors |= named && crl.problem(root, crl.thisUpdate(), links).isEmpty();
    }
    boolean wanted = row.expected().startsWith("signature valid") && !row.says("test root");
    return vendors == wanted ? null : vendors ? "signed by the vendor" : "not signed by the vendor";
  }

  private boolean isVendors(Cert issuer, List<Cert> pool, Instant at) {
    return Chains.verify(
            issuer,
            pool,
            TrustAnchors.production().all(),
            at,
            new Chains.Rules(0, Set.of(), Set.of(), true, true),
            links)
        instanceof Chains.Valid;
  }

  private @Nullable String chain(Row row, List<Cert> certs, List<Path> beside) throws IOException {
    List<Cert> pool = new ArrayList<>(certs);
    for (Path file : beside) {
      pool.addAll(certs(Files.readAllBytes(file)));
    }
    pool.addAll(allRoots());
    Cert leaf = certs.getFirst();
    if (TrustAnchors.production().all().contains(leaf)) {
      return null;
    }
    Chains.Result result =
        Chains.verify(
            leaf,
            pool,
            TrustAnchors.production().all(),
            row.at().orElse(USUAL),
            new Chains.Rules(0, Set.of(), leaf.unknownCritical(), true, true),
            links);
    if (row.expected().startsWith("reject")) {
      return result instanceof Chains.Invalid ? null : "a chain that holds";
    }
    if (result instanceof Chains.Invalid bad) {
      return bad.reason() + ": " + bad.got() + ", want " + bad.want();
    }
    Matcher named = CHAINS_TO.matcher(row.expected());
    String issuer = named.find() ? named.group(1) : "";
    return issuer.isEmpty() || leaf.issuerCommonName().equals(issuer)
        ? null
        : "issuer " + leaf.issuerCommonName();
  }

  /** Another project's reading of a log, specifications, source text: it must at least be such. */
  private static @Nullable String other(Row row, byte[] raw, String start) {
    String first = start.strip();
    if (first.startsWith("{") || first.startsWith("[")) {
      StrictJson.parse(raw, 8 << 20, "MALFORMED_JSON");
      return null;
    }
    boolean text = raw.length > 0 && start.chars().allMatch(c -> c >= 9 && c < 127);
    boolean small = raw.length <= 64;
    return text || small ? null : "of no kind that this build reads: " + row.what();
  }

  List<Cert> rootsBeside(Row row) throws IOException {
    List<Cert> roots = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve(row.folder()))) {
      for (Path file : files.sorted().toList()) {
        if (file.getFileName().toString().contains("trustedRoot")) {
          roots.addAll(certs(Files.readAllBytes(file)));
        }
      }
    }
    return roots;
  }

  /** Vendors' intermediates, of every family's folder of roots. */
  private List<Cert> allRoots() throws IOException {
    List<Cert> found = new ArrayList<>();
    try (Stream<Path> families = Files.list(folder)) {
      for (Path family : families.sorted().toList()) {
        found.addAll(signers(family.resolve("_roots")));
      }
    }
    return found;
  }

  private List<Cert> signers(Path roots) throws IOException {
    List<Cert> found = new ArrayList<>();
    if (Files.isDirectory(roots)) {
      try (Stream<Path> files = Files.list(roots)) {
        for (Path file : files.sorted().toList()) {
          found.addAll(certs(Files.readAllBytes(file)));
        }
      }
    }
    return found;
  }

  private static Optional<Crl> crl(byte[] raw) {
    try {
      return Optional.of(Crl.parse(raw));
    } catch (AttestException e) {
      return Optional.empty();
    }
  }

  static List<Cert> certs(byte[] raw) {
    try {
      return Cert.parseAll(raw, 16);
    } catch (AttestException e) {
      return List.of();
    }
  }
}
