package network.assay.agent.evidence.tee.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;

/**
 * A TDX platform in software (Intel TDX DCAP Quoting Library API, quote format version 4): quotes
 * and all the collateral that a verifier asks for, under {@link #root}. What it attests is exactly
 * nothing; it is for development networks whose oracles were given that root by hand.
 */
public final class TdxSimulator {
  /** The measurement of everything simulated; a policy that accepts it accepts the simulator. */
  public static final String MRTD = "a55a".repeat(24);

  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] VENDOR = HEX.parseHex("939a7233f79c4ca9940a0db3957f0607");
  private static final byte[] QE_MRSIGNER = new byte[32];
  private static final int QE_ISV_SVN = 4;
  private static final int REPORT_BYTES = 584;
  private static final int QE_REPORT_BYTES = 384;
  private static final Duration COLLATERAL_LIFE = Duration.ofDays(30);

  private final SimulatorKey pck;
  private final SimulatorKey tcb;
  private final SimulatorKey quoting;
  private final SimulatorCertificates certificates;

  static {
    Arrays.fill(QE_MRSIGNER, (byte) 0xa5);
  }

  /**
   * @param secret of any length from 16 bytes: everything follows from it
   */
  public TdxSimulator(byte[] secret) {
    if (secret.length < 16) {
      throw new IllegalArgumentException(
          "want a simulator's secret of at least 16 bytes, got " + secret.length);
    }
    this.pck = new SimulatorKey(secret, "pck");
    this.tcb = new SimulatorKey(secret, "tcb-signing");
    this.quoting = new SimulatorKey(secret, "attestation-key");
    this.certificates = new SimulatorCertificates(secret, pck, tcb);
  }

  /** DER of the root certificate. */
  public byte[] root() {
    return certificates.root();
  }

  public String rootPem() {
    return SimulatorCertificates.pem(certificates.root());
  }

  /**
   * A quote.
   *
   * @param reportData at most 64 bytes; the rest of the field is zero
   */
  public byte[] quote(byte[] reportData) {
    byte[] signed =
        ByteBuffer.allocate(48 + REPORT_BYTES).put(header()).put(report(reportData)).array();
    byte[] chain = certificates.pckChain().getBytes(UTF_8);
    byte[] auth = new byte[32];
    byte[] qe = qeReport(auth);
    ByteBuffer qeData =
        little(QE_REPORT_BYTES + 64 + 2 + auth.length + 6 + chain.length)
            .put(qe)
            .put(pck.sign(qe))
            .putShort((short) auth.length)
            .put(auth)
            .putShort((short) 5)
            .putInt(chain.length)
            .put(chain);
    int signatureBytes = 64 + 64 + 6 + qeData.capacity();
    return little(signed.length + 4 + signatureBytes)
        .put(signed)
        .putInt(signatureBytes)
        .put(quoting.sign(signed))
        .put(quoting.publicBytes())
        .putShort((short) 6)
        .putInt(qeData.capacity())
        .put(bytes(qeData))
        .array();
  }

  private static byte[] bytes(ByteBuffer full) {
    byte[] out = new byte[full.capacity()];
    full.get(0, out);
    return out;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Version 4, ECDSA over P-256, TDX, Intel's quoting enclave. */
  private static byte[] header() {
    return little(48)
        .putShort((short) 4)
        .putShort((short) 2)
        .putInt(0x81)
        .putInt(0)
        .put(VENDOR)
        .array();
  }

  /** A TD without debug, on TDX module 1.3. */
  private static byte[] report(byte[] reportData) {
    if (reportData.length > 64) {
      throw new IllegalArgumentException(
          "want at most 64 bytes of report data, got " + reportData.length);
    }
    ByteBuffer out = little(REPORT_BYTES);
    out.put(0, new byte[] {3, 1, 2});
    out.put(16 + 48 + 48 + 8, new byte[] {0, 0, 0, 0x10});
    out.put(16 + 48 + 48 + 8 + 8, HEX.parseHex("e702060000000000"));
    out.put(16 + 48 + 48 + 8 + 8 + 8, HEX.parseHex(MRTD));
    out.put(REPORT_BYTES - 64, reportData);
    return bytes(out);
  }

  /** Vouches for the attestation key: its hash with the authentication data is its report data. */
  private byte[] qeReport(byte[] auth) {
    ByteBuffer out = little(QE_REPORT_BYTES);
    out.put(0, SimulatorCertificates.CPU_SVN);
    out.put(48, new byte[] {0x11});
    out.put(128, QE_MRSIGNER);
    out.putShort(256, (short) 2);
    out.putShort(258, (short) QE_ISV_SVN);
    byte[] bound =
        ByteBuffer.allocate(64 + auth.length).put(quoting.publicBytes()).put(auth).array();
    out.put(320, SimulatorKey.sha256(bound));
    return bytes(out);
  }

  /** What a verifier needs beside the quote, issued an hour before {@code now}, for 30 days. */
  public List<Item> collateral(Instant now) {
    Instant from = now.truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofHours(1));
    Instant until = from.plus(COLLATERAL_LIFE);
    byte[] tcbChain = certificates.tcbChain().getBytes(UTF_8);
    List<byte[]> signers = List.of(tcbChain);
    return List.of(
        Item.of(
            Kind.INTEL_TCB_INFO_TDX,
            HEX.formatHex(SimulatorCertificates.FMSPC),
            signedJson("tcbInfo", tcbInfo(from, until)),
            signers),
        Item.of(
            Kind.INTEL_QE_IDENTITY,
            "TD_QE",
            signedJson("enclaveIdentity", qeIdentity(from, until)),
            signers),
        Item.of(
            Kind.INTEL_PCK_CRL,
            "platform",
            certificates.platformCrl(from, until),
            List.of(certificates.platformCaChain().getBytes(UTF_8))),
        Item.of(Kind.INTEL_ROOT_CRL, "root", certificates.rootCrl(from, until)),
        Item.of(Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing", tcbChain));
  }

  /** The lookups over {@link #collateral}. */
  public Collateral lookups(Instant now) {
    return Collateral.of(collateral(now));
  }

  private byte[] signedJson(String name, String body) {
    String signature = HEX.formatHex(tcb.sign(body.getBytes(UTF_8)));
    return ("{\"" + name + "\":" + body + ",\"signature\":\"" + signature + "\"}").getBytes(UTF_8);
  }

  private static String tcbInfo(Instant from, Instant until) {
    String level =
        "{\"tcb\":{\"isvsvn\":3},\"tcbDate\":\"2025-01-01T00:00:00Z\",\"tcbStatus\":\"UpToDate\"}";
    String zeros = "00".repeat(48);
    String sgx = components(0);
    String tdx =
        "[{\"svn\":3},{\"svn\":1},{\"svn\":2}," + components(0).substring(1, 1 + 13 * 10 - 1) + "]";
    return "{\"id\":\"TDX\",\"version\":3,\"issueDate\":\""
        + from
        + "\",\"nextUpdate\":\""
        + until
        + "\",\"fmspc\":\""
        + HEX.formatHex(SimulatorCertificates.FMSPC).toUpperCase(java.util.Locale.ROOT)
        + "\",\"pceId\":\"0000\",\"tcbType\":0,\"tcbEvaluationDataNumber\":17,"
        + "\"tdxModule\":{\"mrsigner\":\""
        + zeros
        + "\",\"attributes\":\"0000000000000000\",\"attributesMask\":\"FFFFFFFFFFFFFFFF\"},"
        + "\"tdxModuleIdentities\":[{\"id\":\"TDX_01\",\"mrsigner\":\""
        + zeros
        + "\",\"attributes\":\"0000000000000000\",\"attributesMask\":\"FFFFFFFFFFFFFFFF\",\"tcbLevels\":["
        + level
        + "]}],"
        + "\"tcbLevels\":[{\"tcb\":{\"sgxtcbcomponents\":"
        + sgx
        + ",\"pcesvn\":"
        + SimulatorCertificates.PCE_SVN
        + ",\"tdxtcbcomponents\":"
        + tdx
        + "},\"tcbDate\":\"2025-01-01T00:00:00Z\",\"tcbStatus\":\"UpToDate\"}]}";
  }

  /** {@code [{"svn":0}, …]}: sixteen entries of ten characters with their commas. */
  private static String components(int svn) {
    return "[" + String.join(",", Collections.nCopies(16, "{\"svn\":" + svn + "}")) + "]";
  }

  private static String qeIdentity(Instant from, Instant until) {
    return "{\"id\":\"TD_QE\",\"version\":2,\"issueDate\":\""
        + from
        + "\",\"nextUpdate\":\""
        + until
        + "\",\"tcbEvaluationDataNumber\":17,\"miscselect\":\"00000000\",\"miscselectMask\":\"FFFFFFFF\","
        + "\"attributes\":\"11000000000000000000000000000000\",\"attributesMask\":\"FBFFFFFFFFFFFFFF0000000000000000\","
        + "\"mrsigner\":\""
        + HEX.formatHex(QE_MRSIGNER).toUpperCase(java.util.Locale.ROOT)
        + "\",\"isvprodid\":2,\"tcbLevels\":[{\"tcb\":{\"isvsvn\":"
        + QE_ISV_SVN
        + "},\"tcbDate\":\"2025-01-01T00:00:00Z\",\"tcbStatus\":\"UpToDate\"}]}";
  }
}
