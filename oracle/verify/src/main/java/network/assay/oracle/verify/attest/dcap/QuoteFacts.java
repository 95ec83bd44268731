package network.assay.oracle.verify.attest.dcap;

import java.util.HashMap;
import java.util.Map;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Hashes;

/** Names what a quote and its PCK certificate say, for policies and people. */
final class QuoteFacts {

  private QuoteFacts() {}

  /**
   * Reads a quote into facts.
   *
   * @return the measurements that a policy may name
   */
  static Map<String, String> read(Quote quote, Facts.Builder facts) {
    Map<String, String> measured = new HashMap<>();
    facts.reportData(quote.reportData());
    facts.debug(quote.debug());
    facts.identity("quote-version", "" + quote.version());
    facts.identity("certification-type", "" + quote.certificationType());
    quote.enclave().ifPresent(report -> enclave(report, facts, measured));
    quote.td().ifPresent(report -> td(report, facts, measured));
    return measured;
  }

  private static void enclave(EnclaveReport report, Facts.Builder facts, Map<String, String> into) {
    measure("mrenclave", report.hex(64, 32), facts, into);
    measure("mrsigner", report.hex(128, 32), facts, into);
    measure("isvprodid", "" + report.isvProdId(), facts, into);
    measure("isvsvn", "" + report.isvSvn(), facts, into);
    measure("attributes", report.hex(48, 16), facts, into);
  }

  private static void td(TdReport report, Facts.Builder facts, Map<String, String> into) {
    measure("mrtd", report.hex(136, 48), facts, into);
    for (int i = 0; i < 4; i++) {
      measure("rtmr" + i, report.hex(328 + 48 * i, 48), facts, into);
    }
    measure("mrconfigid", report.hex(184, 48), facts, into);
    measure("mrowner", report.hex(232, 48), facts, into);
    measure("mrownerconfig", report.hex(280, 48), facts, into);
    measure("mrseam", report.hex(16, 48), facts, into);
    measure("mrsignerseam", report.hex(64, 48), facts, into);
    measure("td-attributes", report.hex(120, 8), facts, into);
    measure("xfam", report.hex(128, 8), facts, into);
    report.mrServiceTd().ifPresent(hex -> measure("mrservicetd", hex, facts, into));
    facts.identity("tee-tcb-svn", report.hex(0, 16));
  }

  private static void measure(
      String name, String value, Facts.Builder facts, Map<String, String> into) {
    facts.measurement(name, value);
    into.put(name, value);
  }

  /** Reads the platform's identity. */
  static void read(PckExtension pck, Facts.Builder facts) {
    facts.identity("fmspc", Hashes.hex(pck.fmspc()));
    facts.identity("ppid", Hashes.hex(pck.ppid()));
    facts.identity("pceid", Hashes.hex(pck.pceId()));
    facts.identity("cpusvn", Hashes.hex(pck.cpuSvn()));
    facts.identity("pcesvn", "" + pck.pceSvn());
    facts.identity("sgx-type", "" + pck.sgxType());
    pck.platformInstanceId().ifPresent(id -> facts.identity("platform-instance", Hashes.hex(id)));
    pck.dynamicPlatform().ifPresent(on -> facts.identity("dynamic-platform", "" + on));
    pck.cachedKeys().ifPresent(on -> facts.identity("cached-keys", "" + on));
    pck.smtEnabled().ifPresent(on -> facts.identity("smt-enabled", "" + on));
  }
}
