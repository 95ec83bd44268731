package network.assay.contracts.client.assay;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.bindings.CallbackRouter;
import network.assay.contracts.bindings.DepositFactory;
import network.assay.contracts.bindings.DeviceRegistry;
import network.assay.contracts.bindings.DisputeCourt;
import network.assay.contracts.bindings.FeeRouter;
import network.assay.contracts.bindings.Governance;
import network.assay.contracts.bindings.Guardian;
import network.assay.contracts.bindings.InsurancePool;
import network.assay.contracts.bindings.JobExits;
import network.assay.contracts.bindings.JobMarket;
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
import network.assay.contracts.bindings.TokenVault;
import network.assay.contracts.client.send.RevertReasons;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.AbiTypes;
import org.web3j.abi.datatypes.CustomError;

/** The names of all custom errors of our contracts, taken from the generated bindings. */
public final class AssayErrors {
  private static final List<Class<?>> CONTRACTS =
      List.of(
          DeviceRegistry.class,
          OracleCommittee.class,
          TokenVault.class,
          StakeManager.class,
          JobMarket.class,
          Settlement.class,
          DepositFactory.class,
          FeeRouter.class,
          InsurancePool.class,
          RewardDistributor.class,
          DisputeCourt.class,
          Governance.class,
          Guardian.class,
          JobExits.class,
          ModelRegistry.class,
          OracleStake.class,
          PanelDraw.class,
          RateExits.class,
          RateMarket.class,
          CallbackRouter.class,
          TestDollar.class);

  private AssayErrors() {}

  /** Revert reasons that know every error of ours by name. */
  public static RevertReasons reasons() {
    RevertReasons reasons = new RevertReasons();
    for (Class<?> contract : CONTRACTS) {
      for (Field field : contract.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && field.getType() == CustomError.class) {
          reasons.register(signature(field));
        }
      }
    }
    return reasons;
  }

  private static String signature(Field field) {
    try {
      CustomError error = (CustomError) field.get(null);
      List<String> types = new ArrayList<>();
      for (TypeReference<?> parameter : error.getParameters()) {
        types.add(AbiTypes.getTypeAString(parameter.getClassType()));
      }
      return error.getName() + "(" + String.join(",", types) + ")";
    } catch (IllegalAccessException | ClassNotFoundException e) {
      throw new IllegalStateException("cannot read the binding's " + field.getName(), e);
    }
  }
}
