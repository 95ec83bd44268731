package network.assay.oracle.cli.attest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.compose.Verifiers;
import network.assay.oracle.verify.fixture.attest.SnpForge;
import network.assay.oracle.verify.fixture.attest.TpmForge;
import network.assay.oracle.verify.fixture.ca.CertSpec;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;
import network.assay.oracle.verify.fixture.dcap.TestCollateral;
import network.assay.oracle.verify.fixture.dcap.TestPlatform;
import network.assay.oracle.verify.fixture.dcap.TestQuote;
import network.assay.oracle.verify.fixture.fuzz.FuzzRun;
import network.assay.oracle.verify.fixture.fuzz.Mutator;
import network.assay.oracle.verify.fixture.nvidia.TestGpu;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hostile wrappings: JSON, hex and base64 around evidence, and JSON with everything for one quote.
 * Something is found in them or they are refused; whatever is found is judged like bare evidence.
 */
class LayoutFuzzTest {
  private static final long SEED = 0x1a40L;
  private static final Instant NOW = TestAuthority.NOW;

  private static List<byte[]> wrapped() {
    Base64.Encoder base64 = Base64.getEncoder();
    TestPlatform platform = new TestPlatform();
    byte[] quote = TestQuote.tdx(platform, 4).bytes();
    TestCollateral collateral = new TestCollateral(platform, true);
    TestGpu gpu = TestGpu.hopper("a");
    SnpForge snp = SnpForge.of(SnpForge.Line.GENOA);
    List<byte[]> all = new ArrayList<>();
    all.add(
        ("{\"quote\":\""
                + base64.encodeToString(quote)
                + "\",\"collateral\":{\"tcb\":"
                + new String(collateral.tcbInfo(), UTF_8)
                + ",\"qe\":"
                + new String(collateral.identity(), UTF_8)
                + "}}")
            .getBytes(UTF_8));
    all.add(
        ("[{\"arch\":\"HOPPER\",\"evidence\":\""
                + base64.encodeToString(gpu.report())
                + "\",\"certificate\":\""
                + base64.encodeToString(gpu.chain())
                + "\"}]")
            .getBytes(UTF_8));
    all.add(
        ("{\"attestation_report\":\""
                + HexFormat.of().formatHex(snp.signed())
                + "\",\"cert_chain\":[{\"data\":\""
                + base64.encodeToString(snp.leaf().der())
                + "\"}]}")
            .getBytes(UTF_8));
    all.add(new TpmForge().json());
    all.add(HexFormat.of().formatHex(quote).getBytes(UTF_8));
    all.add(base64.encode(snp.signed()));
    all.add(
        ("quote: |-\n  "
                + base64.encodeToString(quote).replaceAll("(.{76})", "$1\n  ")
                + "\ncollateral:\n  tcb:\n  - "
                + HexFormat.of().formatHex(collateral.tcbInfo())
                + "\n")
            .getBytes(UTF_8));
    all.add(("{\"report\":" + ContainersTest.rust(snp.signed()) + "}").getBytes(UTF_8));
    all.add(TestAuthority.root("an app").issue(withQuote(quote), TestKey.p256("ra")).pem());
    return all;
  }

  private static CertSpec withQuote(byte[] quote) {
    return CertSpec.leaf("ra-tls").extension("1.2.840.113741.1337.6", false, quote);
  }

  @Test
  void sample() {
    run(3_000);
  }

  @Test
  @Tag("deep")
  void deep() {
    run(1_000_000);
  }

  private static void run(int count) {
    List<byte[]> items = wrapped();
    Attestation attestation = Verifiers.all();
    Mutator mutator = new Mutator(SEED, items);
    FuzzRun run = new FuzzRun("layouts", AttestException.class);
    long found = 0;
    for (int i = 0; i < count; i++) {
      byte[] item = mutator.structural(items.get(i % items.size()));
      boolean hit =
          run.tried(
              item,
              "seed " + SEED + " item " + i,
              raw -> {
                EvidenceFile file = EvidenceFile.find(raw, attestation);
                Pile pile = Pile.none().with(file.beside(), NOW);
                return pile.files() == 0 && file.raw().length > 0;
              });
      found += hit ? 1 : 0;
    }
    System.out.println(run.summary() + ", evidence found in " + found);
    assertThat(found).as("some mutants still hold evidence").isPositive();
    assertThat(run.refusedMicros()).as("malformed refused in less than 1 ms").isLessThan(1000);
  }
}
