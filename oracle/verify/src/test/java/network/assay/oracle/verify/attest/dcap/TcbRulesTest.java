package network.assay.oracle.verify.attest.dcap;

import static org.assertj.core.api.Assertions.assertThat;

import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.fixture.dcap.TestCollateral;
import network.assay.oracle.verify.fixture.dcap.TestPlatform;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each of Intel's TCB rules by itself, on whole quotes under an authority of our own. */
class TcbRulesTest {
  private static final int[] TD = {5, 0, 2};

  private static void levels(Forge forge, String... levels) {
    forge.collateral.levels.clear();
    forge.collateral.levels.addAll(java.util.Arrays.asList(levels));
  }

  private static int[] components(int... first) {
    return java.util.Arrays.copyOf(first, 16);
  }

  @Test
  @DisplayName("SVNs compared as one integer: a higher first component does not make up for others")
  void componentWise() {
    Forge forge = Forge.sgx(3);
    forge.platform.components = components(9, 1);
    forge.quote.certificationData = forge.platform.chainPem();
    levels(
        forge,
        forge.collateral.level(components(8, 2), TD, 13, "UpToDate"),
        forge.collateral.level(components(7, 1), TD, 13, "OutOfDate"));
    forge.status("OutOfDate");
  }

  @Test
  @DisplayName("SVNs compared backwards: the last component counts as the first does")
  void lastComponent() {
    Forge forge = Forge.sgx(3);
    int[] wanted = forge.platform.components.clone();
    wanted[15] = 1;
    levels(
        forge,
        forge.collateral.level(wanted, TD, 13, "UpToDate"),
        forge.collateral.level(forge.platform.components, TD, 13, "ConfigurationNeeded"));
    forge.status("ConfigurationNeeded");
  }

  @Test
  @DisplayName("The PCE must reach the level as well")
  void pceSvn() {
    Forge forge = Forge.sgx(3);
    int[] have = forge.platform.components;
    levels(
        forge,
        forge.collateral.level(have, TD, 14, "UpToDate"),
        forge.collateral.level(have, TD, 13, "OutOfDate"));
    forge.status("OutOfDate");
  }

  @Test
  @DisplayName("Levels count by their SVNs, whatever their order in the file")
  void sorted() {
    Forge forge = Forge.sgx(3);
    int[] have = forge.platform.components;
    levels(
        forge,
        forge.collateral.level(components(1), TD, 1, "OutOfDate"),
        forge.collateral.level(have, TD, 13, "UpToDate"));
    forge.status("UpToDate");
  }

  @Test
  @DisplayName("A platform below every level is not supported")
  void noMatch() {
    Forge forge = Forge.sgx(3);
    levels(forge, forge.collateral.level(components(200), TD, 13, "UpToDate"));
    forge.status("TcbNotSupported");
  }

  @ParameterizedTest
  @CsvSource({
    "UpToDate,UpToDate,UpToDate",
    "SWHardeningNeeded,UpToDate,SWHardeningNeeded",
    "UpToDate,OutOfDate,OutOfDate",
    "SWHardeningNeeded,OutOfDate,OutOfDate",
    "ConfigurationNeeded,OutOfDate,OutOfDateConfigurationNeeded",
    "ConfigurationAndSWHardeningNeeded,OutOfDate,OutOfDateConfigurationNeeded",
    "OutOfDate,OutOfDate,OutOfDate",
    "OutOfDateConfigurationNeeded,OutOfDate,OutOfDateConfigurationNeeded",
    "UpToDate,Revoked,Revoked",
    "Revoked,UpToDate,Revoked",
    "Revoked,OutOfDate,Revoked"
  })
  @DisplayName("Platform and QE converge, for SGX and for TDX")
  void converge(String platform, String qe, String both) {
    Forge sgx = Forge.sgx(4);
    sgx.collateral.qeLevels.clear();
    sgx.collateral.qeLevels.add(TestCollateral.isv(1, qe));
    levels(sgx, sgx.collateral.level(sgx.platform.components, TD, 13, platform));
    sgx.status(both);
    Forge tdx = Forge.tdx(4);
    tdx.collateral.qeLevels.clear();
    tdx.collateral.qeLevels.add(TestCollateral.isv(1, qe));
    levels(tdx, tdx.collateral.level(tdx.platform.components, TD, 13, platform));
    tdx.status(both);
  }

  @Test
  @DisplayName("A QE below every level of its identity is not supported")
  void qeBelow() {
    Forge forge = Forge.tdx(4);
    forge.quote.qeIsvSvn = 3;
    forge.status("TcbNotSupported");
    forge.quote.qeIsvSvn = 4;
    forge.status("OutOfDate");
  }

  @Test
  @DisplayName("Module version above 0: TDX components 0 and 1 are not compared")
  void moduleSkip() {
    Forge forge = Forge.tdx(4);
    levels(
        forge,
        forge.collateral.level(forge.platform.components, new int[] {99, 99, 2}, 13, "UpToDate"));
    forge.status("UpToDate");
    forge.quote.teeTcbSvn[2] = 1;
    forge.status("TcbNotSupported");
  }

  @Test
  @DisplayName("Module version 0: all TDX components are compared, and no identity is asked")
  void moduleZero() {
    Forge forge = Forge.tdx(4);
    forge.collateral.modules.clear();
    forge.quote.teeTcbSvn[1] = 0;
    forge.status("UpToDate");
    forge.quote.teeTcbSvn[0] = 4;
    forge.status("TcbNotSupported");
  }

  @ParameterizedTest
  @CsvSource({
    "UpToDate,OutOfDate",
    "SWHardeningNeeded,OutOfDate",
    "ConfigurationNeeded,OutOfDateConfigurationNeeded",
    "OutOfDate,OutOfDate",
    "Revoked,Revoked"
  })
  @DisplayName("An old module makes the platform out of date")
  void oldModule(String platform, String both) {
    Forge forge = Forge.tdx(4);
    forge.quote.teeTcbSvn[0] = 3;
    levels(forge, forge.collateral.level(forge.platform.components, TD, 13, platform));
    forge.status(both);
    assertThat(forge.appraise().facts().identity().get("advisories-module-qe"))
        .isEqualTo("INTEL-SA-00002");
  }

  @Test
  @DisplayName("A revoked module revokes; one below every level is not supported")
  void moduleLevels() {
    Forge revoked = Forge.tdx(4);
    revoked.collateral.modules.clear();
    revoked.collateral.modules.add(
        TestCollateral.module("TDX_01", TestCollateral.isv(0, "Revoked")));
    revoked.status("Revoked");
    Forge below = Forge.tdx(4);
    below.quote.teeTcbSvn[0] = 2;
    below.status("TcbNotSupported");
  }

  @Test
  @DisplayName("Module identity: unknown version, another signer or attributes are refused")
  void moduleIdentity() {
    Forge version = Forge.tdx(4);
    version.quote.teeTcbSvn[1] = 3;
    version.refused("TDX_MODULE", "module version 3");
    Forge none = Forge.tdx(4);
    none.collateral.modules.clear();
    none.refused("TDX_MODULE");
    Forge signer = Forge.tdx(4);
    signer.quote.mrSignerSeam[47] = 1;
    signer.refused("TDX_MODULE", "MRSIGNERSEAM");
    Forge attributes = Forge.tdx(4);
    attributes.quote.seamAttributes[7] = 1;
    attributes.refused("TDX_MODULE", "SEAMATTRIBUTES");
  }

  private static Forge relaunch(String platform, String tdxLevel) {
    Forge forge = Forge.tdx(new TestPlatform());
    forge.quote.teeTcbSvn[0] = 3;
    forge.quote.teeTcbSvn2 = forge.quote.teeTcbSvn.clone();
    forge.quote.teeTcbSvn2[0] = 5;
    int[] have = forge.platform.components;
    int[] newest = {5, 0, 9};
    levels(
        forge,
        forge.collateral.level(have, newest, 13, platform),
        forge.collateral.level(have, TD, 13, tdxLevel));
    forge.quote.teeTcbSvn2[2] = 9;
    return forge;
  }

  @ParameterizedTest
  @CsvSource({
    "UpToDate,OutOfDate,TDRelaunchAdvised",
    "SWHardeningNeeded,OutOfDate,TDRelaunchAdvised",
    "ConfigurationNeeded,OutOfDate,TDRelaunchAdvisedConfigurationNeeded",
    "UpToDate,ConfigurationNeeded,TDRelaunchAdvisedConfigurationNeeded",
    "OutOfDate,OutOfDate,OutOfDate",
    "UpToDate,Revoked,Revoked"
  })
  @DisplayName("TD relaunch: an old module with the newest one loaded asks for a relaunch")
  void relaunchAdvised(String platform, String tdx, String status) {
    relaunch(platform, tdx).status(status);
  }

  @Test
  @DisplayName("TD relaunch is not advised where the newer module is not the newest")
  void relaunchNotNewest() {
    Forge module = relaunch("UpToDate", "OutOfDate");
    module.quote.teeTcbSvn2[0] = 4;
    module.status("OutOfDate");
    Forge component = relaunch("UpToDate", "OutOfDate");
    component.quote.teeTcbSvn2[2] = 8;
    component.status("OutOfDate");
    Forge qe = relaunch("UpToDate", "OutOfDate");
    qe.quote.qeIsvSvn = 4;
    qe.status("OutOfDate");
    Forge unknown = relaunch("UpToDate", "OutOfDate");
    unknown.quote.teeTcbSvn2[1] = 7;
    unknown.refused("TDX_MODULE", "newer module version 7");
  }

  @Test
  @DisplayName("TD relaunch to a module of version 0 compares its SVN with the newest level's")
  void relaunchToZero() {
    Forge forge = relaunch("UpToDate", "OutOfDate");
    forge.quote.teeTcbSvn2[1] = 0;
    forge.status("TDRelaunchAdvised");
    forge.quote.teeTcbSvn2[0] = 4;
    forge.status("OutOfDate");
  }

  @Test
  @DisplayName("A TDX 1.0 report says nothing of a relaunch")
  void relaunchNeedsTd15() {
    Forge forge = relaunch("UpToDate", "OutOfDate");
    forge.quote.bodyType = 2;
    forge.status("OutOfDate");
  }

  @Test
  @DisplayName("TCB status dropped on the way: it stands in the appraisal, its claim and reason")
  void statusIsReported() {
    Forge forge = Forge.tdx(4);
    levels(
        forge,
        forge.collateral.level(
            forge.platform.components, TD, 13, "OutOfDate", "INTEL-SA-2", "INTEL-SA-1"));
    Appraisal appraisal = forge.appraise();
    assertThat(appraisal.tcbStatus()).contains("OutOfDate");
    assertThat(appraisal.reason()).isEqualTo("TCB_STATUS");
    assertThat(appraisal.claim("tcb.status").orElseThrow().got()).startsWith("OutOfDate");
    assertThat(appraisal.advisories()).containsExactly("INTEL-SA-1", "INTEL-SA-2");
  }

  @Test
  @DisplayName("A status word that the rules do not know makes TCB info unusable")
  void unknownWord() {
    for (String word : new String[] {"Fine", "TcbNotSupported", "TDRelaunchAdvised", ""}) {
      Forge forge = Forge.tdx(4);
      levels(forge, forge.collateral.level(forge.platform.components, TD, 13, word));
      org.assertj.core.api.Assertions.assertThatThrownBy(forge::appraise)
          .isInstanceOf(network.assay.oracle.verify.attest.AttestException.class);
    }
  }
}
