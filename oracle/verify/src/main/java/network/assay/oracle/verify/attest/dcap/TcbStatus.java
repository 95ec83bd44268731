package network.assay.oracle.verify.attest.dcap;

import network.assay.oracle.verify.attest.AttestException;

/** What Intel's rules say of a platform's TCB, in Intel's words. */
enum TcbStatus {
  UP_TO_DATE("UpToDate"),
  SW_HARDENING_NEEDED("SWHardeningNeeded"),
  CONFIGURATION_NEEDED("ConfigurationNeeded"),
  CONFIGURATION_AND_SW_HARDENING_NEEDED("ConfigurationAndSWHardeningNeeded"),
  OUT_OF_DATE("OutOfDate"),
  OUT_OF_DATE_CONFIGURATION_NEEDED("OutOfDateConfigurationNeeded"),
  REVOKED("Revoked"),
  NOT_SUPPORTED("TcbNotSupported"),
  TD_RELAUNCH_ADVISED("TDRelaunchAdvised"),
  TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED("TDRelaunchAdvisedConfigurationNeeded");

  private final String word;

  TcbStatus(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  /** The status of a word in collateral; words of later versions are refused. */
  static TcbStatus of(String word) {
    for (TcbStatus status : values()) {
      if (!status.computed() && status.word.equals(word)) {
        return status;
      }
    }
    throw new AttestException("TCB_STATUS_WORD", word, "a status that Intel's rules know");
  }

  /** Whether only the rules come to it: it is no word of collateral. */
  private boolean computed() {
    return this == NOT_SUPPORTED
        || this == TD_RELAUNCH_ADVISED
        || this == TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED;
  }

  /** Whether it says that the configuration must change. */
  boolean configuration() {
    return this == CONFIGURATION_NEEDED
        || this == CONFIGURATION_AND_SW_HARDENING_NEEDED
        || this == OUT_OF_DATE_CONFIGURATION_NEEDED
        || this == TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED;
  }

  /** This status where another part is out of date: good turns into out of date. */
  TcbStatus withOutOfDate() {
    return switch (this) {
      case UP_TO_DATE, SW_HARDENING_NEEDED -> OUT_OF_DATE;
      case CONFIGURATION_NEEDED, CONFIGURATION_AND_SW_HARDENING_NEEDED ->
          OUT_OF_DATE_CONFIGURATION_NEEDED;
      default -> this;
    };
  }
}
