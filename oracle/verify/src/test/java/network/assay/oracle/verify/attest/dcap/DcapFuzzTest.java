package network.assay.oracle.verify.attest.dcap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Crl;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.fuzz.FuzzRun;
import network.assay.oracle.verify.fixture.fuzz.FuzzRun.Target;
import network.assay.oracle.verify.fixture.fuzz.Mutator;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hostile quotes and collateral: nothing but refusals, no hang, no false acceptance.
 *
 * <p>Covered by no signature, and so free to change without harm: white space and NUL around PEM
 * blocks and within their base64, the root certificate in the chain (only the pinned one is
 * believed), further certificates in the chain, and white space around the body of signed JSON.
 * {@link #sameSubstance} holds an accepted mutant to exactly that.
 */
class DcapFuzzTest {
  private static final long SEED = 20_261_121L;

  private final DcapVerifier verifier = new DcapVerifier();

  @ParameterizedTest
  @EnumSource(names = {"SGX", "TDX"})
  @DisplayName("A sample of hostile quotes and collateral is refused")
  void sample(Family family) {
    fuzz(family, 10_000, 500, 53);
  }

  @Tag("deep")
  @ParameterizedTest
  @EnumSource(names = {"SGX", "TDX"})
  @DisplayName("A million hostile quotes and pieces of collateral a family are refused")
  void deep(Family family) {
    fuzz(family, 1_000_000, 100_000, 1);
  }

  private static List<Forge> forges(Family family) {
    return family == Family.SGX
        ? List.of(Forge.sgx(3), Forge.sgx(4), Forge.sgx(5))
        : List.of(Forge.tdx(4), Forge.tdx(5));
  }

  private void fuzz(Family family, int structural, int covered, int step) {
    List<Forge> forges = forges(family);
    List<byte[]> items = new ArrayList<>();
    forges.forEach(forge -> items.add(forge.quote.bytes()));
    List<byte[]> pieces = new ArrayList<>(items);
    Vectors.find().ifPresent(vectors -> pieces.addAll(realQuotes(vectors, family)));
    Mutator mutator = new Mutator(SEED + family.code(), pieces);
    quotes(family, forges, items, mutator, structural, covered);
    everyByte(family, forges.getFirst(), items.getFirst(), step);
    collateral(forges.getFirst(), mutator, structural / 20);
    parsers(forges.getFirst(), mutator, structural / 4);
  }

  private static List<byte[]> realQuotes(Vectors vectors, Family family) {
    return vectors.rows("dcap").stream()
        .filter(row -> row.file().contains("_" + family.label() + "_"))
        .filter(row -> row.file().endsWith(".bin"))
        .map(row -> vectors.bytes(row.file()))
        .toList();
  }

  private void quotes(
      Family family,
      List<Forge> forges,
      List<byte[]> items,
      Mutator mutator,
      int structural,
      int covered) {
    FuzzRun run = new FuzzRun(family.label() + " quotes", AttestException.class);
    List<Target> targets = forges.stream().map(this::target).toList();
    for (int i = 0; i < structural; i++) {
      int which = i % forges.size();
      byte[] mutant = mutator.structural(items.get(which));
      if (run.tried(mutant, "structural " + i, targets.get(which))) {
        assertThat(sameSubstance(items.get(which), mutant)).as("mutant %d", i).isTrue();
      }
    }
    for (int i = 0; i < covered; i++) {
      int which = i % forges.size();
      byte[] item = items.get(which);
      int end = coveredEnd(item);
      run.mustNotAccept(mutator.corrupt(item, 0, end), "covered " + i, targets.get(which));
    }
    System.out.println(run.summary());
  }

  /** All bytes before the certification data are covered: by a signature, a hash or a length. */
  private static int coveredEnd(byte[] quote) {
    return quote.length - Quote.parse(quote).certificationData().length;
  }

  private void everyByte(Family family, Forge forge, byte[] item, int step) {
    FuzzRun run = new FuzzRun(family.label() + " every byte", AttestException.class);
    Target target = target(forge);
    int end = coveredEnd(item);
    for (int at = 0; at < end; at += step) {
      for (int bit : new int[] {0x01, 0x80}) {
        byte[] flipped = item.clone();
        flipped[at] ^= (byte) bit;
        run.mustNotAccept(flipped, "byte " + at, target);
      }
    }
    System.out.println(run.summary());
  }

  private Target target(Forge forge) {
    Collateral collateral = forge.collateral.build();
    Family family = forge.quote.tdx ? Family.TDX : Family.SGX;
    Policy policy = new Policy(Map.of(family, forge.rules));
    var anchors = forge.platform.anchors();
    return raw -> {
      if (raw.length == 0) {
        throw new AttestException("EVIDENCE_SIZE", "0", "more");
      }
      Evidence evidence = Evidence.of(family, raw);
      return verifier
          .appraise(evidence, collateral, anchors, Expectations.none(), policy, TestAuthority.NOW)
          .accepted();
    };
  }

  /** Whether an accepted mutant says and proves the same as the quote that it was made of. */
  private static boolean sameSubstance(byte[] original, byte[] mutant) {
    Quote a = Quote.parse(original);
    Quote b = Quote.parse(mutant);
    List<Cert> chainA = Cert.parseAll(a.certificationData(), 8);
    List<Cert> chainB = Cert.parseAll(b.certificationData(), 8);
    return a.signedBytes() == b.signedBytes()
        && Arrays.equals(a.raw(), 0, a.signedBytes(), b.raw(), 0, b.signedBytes())
        && Arrays.equals(a.signature(), b.signature())
        && Arrays.equals(a.attestationKey(), b.attestationKey())
        && Arrays.equals(a.qeReport().raw(), b.qeReport().raw())
        && Arrays.equals(a.qeReportSignature(), b.qeReportSignature())
        && Arrays.equals(a.qeAuthData(), b.qeAuthData())
        && chainB.contains(chainA.get(0))
        && chainB.contains(chainA.get(1));
  }

  /** Mutated collateral beside a good quote: accepted only if what was signed is the same. */
  private void collateral(Forge forge, Mutator mutator, int count) {
    byte[] quote = forge.quote.bytes();
    Collateral good = forge.collateral.build();
    Kind infoKind = forge.quote.tdx ? Kind.INTEL_TCB_INFO_TDX : Kind.INTEL_TCB_INFO_SGX;
    Map<Kind, String> kinds = new LinkedHashMap<>();
    kinds.put(infoKind, "00806f050000");
    kinds.put(Kind.INTEL_QE_IDENTITY, forge.quote.tdx ? "TD_QE" : "QE");
    kinds.put(Kind.INTEL_PCK_CRL, "platform");
    kinds.put(Kind.INTEL_ROOT_CRL, "root");
    FuzzRun run = new FuzzRun("collateral", AttestException.class);
    kinds.forEach((kind, key) -> {
      byte[] raw = good.find(kind, key).getFirst().raw();
      Target target = beside(forge, quote, good, kind);
      for (int i = 0; i < count; i++) {
        byte[] mutant = mutator.structural(raw);
        if (mutant.length == 0) {
          continue;
        }
        if (run.tried(mutant, kind + " " + i, target)) {
          assertThat(sameBody(kind, raw, mutant)).as("%s %d", kind, i).isTrue();
        }
      }
    });
    System.out.println(run.summary());
  }

  private Target beside(Forge forge, byte[] quote, Collateral good, Kind kind) {
    var anchors = forge.platform.anchors();
    return raw -> {
      Item mutant = Item.of(kind, "x", raw);
      Collateral with = (k, key) -> k == kind ? List.of(mutant) : good.find(k, key);
      Family family = forge.quote.tdx ? Family.TDX : Family.SGX;
      return verifier
          .appraise(
              Evidence.of(family, quote),
              with,
              anchors,
              Expectations.none(),
              new Policy(Map.of(family, forge.rules)),
              TestAuthority.NOW)
          .accepted();
    };
  }

  private static boolean sameBody(Kind kind, byte[] original, byte[] mutant) {
    if (kind == Kind.INTEL_PCK_CRL || kind == Kind.INTEL_ROOT_CRL) {
      return Arrays.equals(Crl.parse(original).der(), Crl.parse(mutant).der());
    }
    String name = kind == Kind.INTEL_QE_IDENTITY ? "enclaveIdentity" : "tcbInfo";
    SignedJson a = SignedJson.parse(original, name);
    SignedJson b = SignedJson.parse(mutant, name);
    return Arrays.equals(a.bodyBytes(), b.bodyBytes())
        && Arrays.equals(a.signature(), b.signature());
  }

  /** Each parser by itself, where no signature stands before it. */
  private static void parsers(Forge forge, Mutator mutator, int count) {
    Map<String, byte[]> seeds = new LinkedHashMap<>();
    seeds.put("pck extension", forge.platform.extension());
    seeds.put("tcb info", forge.collateral.tcbInfo());
    seeds.put("qe identity", forge.collateral.identity());
    seeds.put("crl", forge.platform.middle().crl());
    seeds.put("certificate", forge.platform.pck().der());
    Map<String, Target> targets =
        Map.of(
            "pck extension", raw -> PckExtension.parse(raw).pceSvn() > 70_000,
            "tcb info", raw -> TcbInfo.read(SignedJson.parse(raw, "tcbInfo")).levels().isEmpty(),
            "qe identity",
                raw ->
                    EnclaveIdentity.read(SignedJson.parse(raw, "enclaveIdentity"))
                        .levels()
                        .isEmpty(),
            "crl", raw -> Crl.parse(raw).size() < 0,
            "certificate", raw -> Cert.parse(raw).der().length != raw.length);
    seeds.forEach((name, seed) -> {
      FuzzRun run = new FuzzRun(name, AttestException.class);
      for (int i = 0; i < count / 5; i++) {
        run.mustNotAccept(mutator.structural(seed), name + " " + i, targets.get(name));
      }
      System.out.println(run.summary());
    });
  }
}
