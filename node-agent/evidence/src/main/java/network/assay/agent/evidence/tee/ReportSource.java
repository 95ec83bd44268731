package network.assay.agent.evidence.tee;

import network.assay.agent.execute.PortException;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;

/** Hardware that signs what it is told together with what it runs. */
public interface ReportSource {
  /** Bytes of report data that every family here takes: shorter is filled up with zeros. */
  int REPORT_DATA_BYTES = 64;

  Family family();

  /**
   * Evidence that carries the report data.
   *
   * @param reportData exactly {@link #REPORT_DATA_BYTES}
   * @throws PortException in one sentence: absent, busy, or an answer that is none
   */
  Evidence report(byte[] reportData) throws PortException;

  /** One line for people. */
  String describe();
}
