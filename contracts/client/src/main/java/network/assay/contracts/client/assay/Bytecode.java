package network.assay.contracts.client.assay;

import java.util.LinkedHashMap;
import java.util.Map;
import network.assay.contracts.bindings.AccessManager;
import network.assay.contracts.bindings.CallbackRouter;
import network.assay.contracts.bindings.DepositAddress;
import network.assay.contracts.bindings.DepositFactory;
import network.assay.contracts.bindings.DeviceRegistry;
import network.assay.contracts.bindings.DisputeCourt;
import network.assay.contracts.bindings.FeeRouter;
import network.assay.contracts.bindings.Governance;
import network.assay.contracts.bindings.Guardian;
import network.assay.contracts.bindings.InsurancePool;
import network.assay.contracts.bindings.JobExits;
import network.assay.contracts.bindings.JobMarket;
import network.assay.contracts.bindings.Lens;
import network.assay.contracts.bindings.ModelRegistry;
import network.assay.contracts.bindings.OracleCommittee;
import network.assay.contracts.bindings.OracleStake;
import network.assay.contracts.bindings.PanelDraw;
import network.assay.contracts.bindings.RateExits;
import network.assay.contracts.bindings.RateMarket;
import network.assay.contracts.bindings.RewardDistributor;
import network.assay.contracts.bindings.Settlement;
import network.assay.contracts.bindings.StakeManager;
import network.assay.contracts.bindings.TestDollar;
import network.assay.contracts.bindings.TimelockController;
import network.assay.contracts.bindings.TokenVault;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;

/** Init code of every contract of a deployment, without its arguments. */
final class Bytecode {
  private static final Map<String, String> ALL = all();

  /** Of all of them together. */
  static final Bytes32 HASH = Keccak.hashUtf8(ALL.toString());

  private Bytecode() {}

  /** With 0x. */
  static String of(String contract) {
    String binary = ALL.get(contract);
    if (binary == null) {
      throw new IllegalArgumentException("no bytecode of " + contract + " in Bytecode.all");
    }
    return Places.prefixed(binary);
  }

  private static Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("TestDollar", TestDollar.BINARY);
    all.put("DeviceRegistry", DeviceRegistry.BINARY);
    all.put("OracleCommittee", OracleCommittee.BINARY);
    all.put("TokenVault", TokenVault.BINARY);
    all.put("StakeManager", StakeManager.BINARY);
    all.put("JobMarket", JobMarket.BINARY);
    all.put("JobExits", JobExits.BINARY);
    all.put("Settlement", Settlement.BINARY);
    all.put("RateMarket", RateMarket.BINARY);
    all.put("RateExits", RateExits.BINARY);
    all.put("DisputeCourt", DisputeCourt.BINARY);
    all.put("OracleStake", OracleStake.BINARY);
    all.put("PanelDraw", PanelDraw.BINARY);
    all.put("DepositFactory", DepositFactory.BINARY);
    all.put("DepositAddress", DepositAddress.BINARY);
    all.put("FeeRouter", FeeRouter.BINARY);
    all.put("InsurancePool", InsurancePool.BINARY);
    all.put("RewardDistributor", RewardDistributor.BINARY);
    all.put("ModelRegistry", ModelRegistry.BINARY);
    all.put("CallbackRouter", CallbackRouter.BINARY);
    all.put("Lens", Lens.BINARY);
    all.put("Governance", Governance.BINARY);
    all.put("AccessManager", AccessManager.BINARY);
    all.put("TimelockController", TimelockController.BINARY);
    all.put("Guardian", Guardian.BINARY);
    return all;
  }
}
