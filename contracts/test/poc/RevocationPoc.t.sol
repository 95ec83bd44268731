// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {DeviceRegistration, IDeviceRegistry, IOracleCommittee, World} from "../World.sol";

interface IForgetfulVerifier {
    function verify(address key, bytes calldata attestation) external;
    function revoke(address key) external;
    function isVerified(address key) external view returns (bool);
}

/// @title Mistakes of others about what was revoked: it came back with the papers that it had before
contract RevocationPocTest is World {
    /// @dev GOALS: re-verification after revocation.
    function test_poc_reverificationAfterRevocation() public {
        Account memory attester = account("attester of others");
        IForgetfulVerifier mistaken =
            IForgetfulVerifier(deploy("ForgetfulVerifier.sol:ForgetfulVerifier", abi.encode(attester.addr)));
        bytes memory old = signature(attester.key, keccak256(abi.encode(address(mistaken), device.addr)));
        mistaken.verify(device.addr, old);
        mistaken.revoke(device.addr);
        mistaken.verify(device.addr, old);
        assertTrue(mistaken.isVerified(device.addr), "exploited: revoked, and good again by its old attestation");

        DeviceRegistration memory registration =
            DeviceRegistration(provider.addr, device.addr, CLASS, keccak256("descriptor"), _now() + 1 hours);
        bytes memory signed = signature(device.key, devices.hashRegistration(registration));
        vm.startPrank(provider.addr);
        devices.deactivate(device.addr);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceTaken.selector, device.addr, provider.addr));
        devices.register(registration, signed);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.AlreadyDeactivated.selector, device.addr));
        devices.claimPlatform(device.addr, "chip");
        vm.stopPrank();
        vm.prank(devices.attester());
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.AlreadyDeactivated.selector, device.addr));
        devices.confirmPlatform(device.addr, "chip");
        (,, bool active,) = devices.recordOf(device.addr);
        assertFalse(active, "and it stays out of service");
    }

    /// @dev The same of an oracle's key: the next committee cannot seat it.
    function test_poc_aRemovedOracleSitsAgain() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("next", 4, false);
        keys[2] = oracles[1].addr;
        vm.startPrank(governor.addr);
        committee.removeKey(oracles[1].addr);
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.RemovedKey.selector, oracles[1].addr));
        committee.rotate(keys, pins);
        vm.stopPrank();
    }

    /// @dev And of a model's weights: its registrar cannot list them again.
    function test_poc_aRevokedModelIsListedAgain() public {
        IModelRegistry models =
            IModelRegistry(deploy("ModelRegistry.sol:ModelRegistry", abi.encode(vault, governor.addr, 0, 1 days)));
        vm.startPrank(governor.addr);
        bytes32 id = models.register("family", "weights", "tokenizer", "fp32", 10_000, 4);
        models.revoke(governor.addr, id, "backdoor");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.AlreadyRegistered.selector, governor.addr, id));
        models.register("family", "weights", "tokenizer", "fp32", 10_000, 4);
        vm.stopPrank();
        assertFalse(models.isListed(governor.addr, id));
    }
}
