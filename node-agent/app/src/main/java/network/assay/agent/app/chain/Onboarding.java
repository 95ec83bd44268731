package network.assay.agent.app.chain;

import java.math.BigInteger;
import java.time.Duration;
import network.assay.agent.execute.PortException;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.DeviceCalls.Device;
import network.assay.contracts.client.assay.MoneyCalls.Stake;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.DeviceRegistration;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a provider of an account: registers the device, deposits and stakes what is missing. Done
 * at every start; where everything is in place it sends nothing.
 */
public final class Onboarding {
  private static final Logger LOG = LoggerFactory.getLogger(Onboarding.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long REGISTRATION_VALID_S = 3_600;

  private final AssayContracts contracts;
  private final Address provider;
  private final Secp256k1.PrivateKey deviceKey;
  private final TxDesk desk;

  public Onboarding(
      AssayContracts contracts, TransactionSender sender, Secp256k1.PrivateKey deviceKey) {
    this.contracts = contracts;
    this.provider = sender.address();
    this.deviceKey = deviceKey;
    this.desk = new TxDesk(sender, PATIENCE);
  }

  /**
   * Registers the device unless it is.
   *
   * @param descriptorHash of whatever describes the machine; found by its hash
   * @throws PortException where the key belongs to somebody else or was taken out of service
   */
  public void register(Bytes32 deviceClass, Bytes32 descriptorHash, long chainTimeS)
      throws PortException, InterruptedException {
    Address device = deviceKey.address();
    Device known = ContractsChain.read(() -> contracts.devices().device(device));
    if (!known.known()) {
      // The hour is rounded so that a restart meets its own transaction, should that still be under
      // way.
      long expiry = (chainTimeS / REGISTRATION_VALID_S + 2) * REGISTRATION_VALID_S;
      DeviceRegistration registration =
          new DeviceRegistration(provider, device, deviceClass, descriptorHash, expiry);
      Signature possession = registration.sign(contracts.deployment().devicesDomain(), deviceKey);
      desk.send(
          "register/" + device, id -> contracts.devices().register(id, registration, possession));
      LOG.info("device {} is registered for {}", device, provider);
      return;
    }
    if (!known.provider().equals(provider)) {
      throw new PortException(
          "device "
              + device
              + " belongs to another provider: got "
              + known.provider()
              + ", want "
              + provider);
    }
    if (!known.active()) {
      throw new PortException(
          "device " + device + " was deactivated for ever; make a new device key");
    }
    if (!known.deviceClass().equals(deviceClass)) {
      throw new PortException(
          "device "
              + device
              + " is registered in class "
              + known.deviceClass()
              + "; want the configured class "
              + deviceClass);
    }
  }

  /**
   * Brings the stake up to {@code want}, out of the vault's credit first and the wallet's tokens
   * then.
   *
   * @throws PortException where the account has too few tokens
   */
  public void stake(BigInteger want) throws PortException, InterruptedException {
    Stake stake = ContractsChain.read(() -> contracts.money().stake(provider));
    BigInteger missing = want.subtract(stake.staked().subtract(stake.unbonding()));
    if (missing.signum() <= 0) {
      return;
    }
    BigInteger credit = ContractsChain.read(() -> contracts.money().credit(provider));
    if (credit.compareTo(missing) < 0) {
      deposit(missing.subtract(credit));
    }
    desk.send("stake", id -> contracts.money().addStake(id, missing));
    LOG.info("staked {} for {}, {} in all", missing, provider, want);
  }

  private void deposit(BigInteger amount) throws PortException, InterruptedException {
    BigInteger tokens = ContractsChain.read(() -> contracts.money().tokenBalance(provider));
    if (tokens.compareTo(amount) < 0) {
      throw new PortException(
          "provider "
              + provider
              + " has too few tokens to stake: got "
              + tokens
              + ", want "
              + amount
              + " base units of "
              + contracts.deployment().token());
    }
    Address vault = contracts.deployment().vault();
    if (ContractsChain.read(() -> contracts.money().allowance(provider, vault)).compareTo(amount)
        < 0) {
      desk.send("approve", id -> contracts.money().approve(id, vault, amount));
    }
    desk.send("deposit", id -> contracts.money().deposit(id, amount));
  }
}
