package network.assay.oracle.verify.attest.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.snp.SnpVerifier;
import network.assay.oracle.verify.fixture.attest.TpmForge;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.fuzz.FuzzRun;
import network.assay.oracle.verify.fixture.fuzz.Mutator;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hostile TPM evidence. Covered by nothing, and so left out of what must not be accepted: spaces,
 * the case of hex digits and other spellings of the same JSON (what is decoded counts), the format
 * version of JSON and of the HCL header, padding bits of base64, and in Google's message the fields
 * that nobody reads here and the event log's texts beside its digests.
 */
class TpmFuzzTest {
  private static final long SEED = 0x7b4L;

  private final TpmVerifier verifier = new TpmVerifier(List.of(new SnpVerifier()));
  private final TpmForge forge = new TpmForge();
  private final byte[] quote = forge.quote();
  private final byte[] signature = forge.signature(quote);
  private final byte[] hcl = forge.hclReport();
  private final byte[] vcek = forge.snp().leaf().der();
  private final List<byte[]> certificates = forge.certificates();
  private final TrustAnchors anchors = forge.anchors();
  private final byte[] whole = TpmForge.json(quote, signature, forge.pcrs(), hcl, vcek);
  private final String meaning = meaning(whole);

  @Test
  void sample() {
    run(4_000, 1_000);
  }

  @Test
  @Tag("deep")
  void deep() {
    run(1_000_000, 100_000);
  }

  /** The quote, its signature, the registers, the paravisor's report and the key below it. */
  @Test
  void everyBytePositionOfTheSignedPartsIsCovered() {
    FuzzRun run = new FuzzRun("tpm positions", AttestException.class);
    for (int part = 0; part < 4; part++) {
      byte[] bytes = part(part);
      for (int at = 0; at < bytes.length; at++) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 << (at % 8));
        // Version 2 of the header reads as version 1 does, and a version is signed by nobody.
        if (part == 3 && at == 4) {
          continue;
        }
        run.mustNotAccept(with(part, changed), "part " + part + " byte " + at, this::accepts);
      }
    }
  }

  private void run(int structural, int covered) {
    assertThat(accepts(whole)).isTrue();
    assertThat(accepts(renamed())).isTrue();
    assertThat(meaning(renamed())).isEqualTo(meaning);
    List<byte[]> items = corpus();
    Mutator mutator = new Mutator(SEED, items);
    FuzzRun shapes = new FuzzRun("tpm structural", AttestException.class);
    for (int i = 0; i < structural; i++) {
      byte[] mutated = mutator.structural(items.get(i % items.size()));
      boolean accepted = shapes.tried(mutated, "seed " + SEED + " item " + i, this::accepts);
      if (accepted && !meaning(mutated).equals(meaning)) {
        throw new AssertionError("falsely accepted seed " + SEED + " item " + i);
      }
    }
    FuzzRun values = new FuzzRun("tpm signed bytes", AttestException.class);
    for (int i = 0; i < covered; i++) {
      int part = i % 4;
      byte[] bytes = part(part);
      int from = part == 3 ? 32 : 0;
      int to = part == 3 ? 32 + 0x2a0 : bytes.length;
      byte[] mutated = with(part, mutator.corrupt(bytes, from, to));
      values.mustNotAccept(mutated, "seed " + SEED + " covered " + i, this::accepts);
    }
    System.out.println(shapes.summary() + "\n" + values.summary());
    assertThat(shapes.refusedMicros()).as("malformed refused in less than 1 ms").isLessThan(1000);
  }

  /** 0 the quote, 1 its signature, 2 the registers, 3 the HCL report. */
  private byte[] part(int part) {
    return switch (part) {
      case 0 -> quote;
      case 1 -> signature;
      case 2 -> joined(forge.pcrs());
      default -> hcl;
    };
  }

  private byte[] with(int part, byte[] changed) {
    return TpmForge.json(
        part == 0 ? changed : quote,
        part == 1 ? changed : signature,
        part == 2 ? split(changed) : forge.pcrs(),
        part == 3 ? changed : hcl,
        vcek);
  }

  /** The same under names that no tool of Azure's uses: found by what it is. */
  private byte[] renamed() {
    return new String(whole, StandardCharsets.ISO_8859_1)
        .replace("tpm_quote", "evidence")
        .replace("hcl_report", "paravisor")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private List<byte[]> corpus() {
    List<byte[]> items = new ArrayList<>();
    items.add(whole);
    items.add(renamed());
    items.add(quote);
    items.add(hcl);
    Vectors.find()
        .ifPresent(vectors ->
            vectors.rows("tpm").stream()
                .map(Vectors.Row::file)
                .filter(file ->
                    file.endsWith("evidence-v1.json")
                        || file.endsWith("evidence-v2.json")
                        || file.endsWith("__quote.bin")
                        || file.endsWith("nonce9009.pb"))
                .forEach(file -> items.add(vectors.bytes(file))));
    return items;
  }

  private boolean accepts(byte[] raw) {
    List<byte[]> beside = new ArrayList<>(certificates);
    if (TpmQuote.looksLike(raw)) {
      beside.add(signature);
      beside.add(hcl);
    }
    return verifier
        .appraise(
            new Evidence(Family.TPM, raw, beside),
            Collateral.none(),
            anchors,
            Expectations.none(),
            Policy.production(),
            TestAuthority.NOW)
        .accepted();
  }

  /** What is decoded from evidence, so that another spelling of it is no other evidence. */
  private static String meaning(byte[] raw) {
    try {
      // By the way that the verifier takes: the same quote under another name is the same quote.
      TpmEvidence read =
          TpmCollector.collect(new Evidence(Family.TPM, raw, List.of()), Collateral.none());
      SignedQuote signed = read.quotes().getFirst();
      HclReport report = read.hcl().orElseThrow();
      return Hashes.sha256Hex(
          signed.quote().raw(),
          signed.signature().value(),
          joined(List.copyOf(signed.pcrs(signed.banks().getFirst()).values())),
          Arrays.copyOf(report.hardwareReport(), 0x2a0),
          report.runtimeData());
    } catch (AttestException e) {
      return new String(raw, StandardCharsets.ISO_8859_1);
    }
  }

  private static byte[] joined(List<byte[]> parts) {
    byte[] joined = new byte[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  private static List<byte[]> split(byte[] registers) {
    List<byte[]> parts = new ArrayList<>();
    for (int at = 0; at < registers.length; at += 32) {
      parts.add(Arrays.copyOfRange(registers, at, at + 32));
    }
    return parts;
  }
}
