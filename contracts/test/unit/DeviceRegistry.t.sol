// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeviceRegistry} from "../../src/interfaces/IDeviceRegistry.sol";
import {DeviceRegistration, ITestDollar, Payment, World} from "../World.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

contract DeviceRegistryTest is World {
    Account private _key;

    function setUp() public override {
        super.setUp();
        _key = account("second device");
    }

    function test_register_refusesAnotherCaller() public {
        DeviceRegistration memory registration = _registration();
        bytes memory signed = _sign(_key, registration);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.NotProvider.selector, stranger.addr, provider.addr));
        vm.prank(stranger.addr);
        devices.register(registration, signed);
    }

    function test_register_refusesAfterItsExpiry() public {
        DeviceRegistration memory registration = _registration();
        bytes memory signed = _sign(_key, registration);
        vm.warp(registration.expiry + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDeviceRegistry.RegistrationExpired.selector, registration.expiry + 1, registration.expiry
            )
        );
        vm.prank(provider.addr);
        devices.register(registration, signed);
    }

    function test_register_refusesNoClass() public {
        DeviceRegistration memory registration = _registration();
        registration.deviceClass = 0;
        bytes memory signed = _sign(_key, registration);
        vm.expectRevert(IDeviceRegistry.ZeroClass.selector);
        vm.prank(provider.addr);
        devices.register(registration, signed);
    }

    function test_register_refusesAKeyThatDidNotSign() public {
        DeviceRegistration memory registration = _registration();
        bytes memory signed = _sign(stranger, registration);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.WrongDeviceSignature.selector, stranger.addr, _key.addr));
        vm.prank(provider.addr);
        devices.register(registration, signed);
    }

    function test_register_refusesTheMalleableSignature() public {
        DeviceRegistration memory registration = _registration();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key.key, devices.hashRegistration(registration));
        bytes32 upper = bytes32(CURVE_ORDER - uint256(s));
        bytes memory signed = abi.encodePacked(r, upper, v == 27 ? uint8(28) : uint8(27));
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, upper));
        vm.prank(provider.addr);
        devices.register(registration, signed);
    }

    function test_register_refusesAKeyOfAnotherProviderForEver() public {
        vm.prank(provider.addr);
        devices.deactivate(device.addr);
        DeviceRegistration memory registration = _registration();
        registration.device = device.addr;
        registration.provider = stranger.addr;
        bytes memory signed = _sign(device, registration);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceTaken.selector, device.addr, provider.addr));
        vm.prank(stranger.addr);
        devices.register(registration, signed);
    }

    function test_deactivate_refusesAnUnknownDevice() public {
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.UnknownDevice.selector, stranger.addr));
        devices.deactivate(stranger.addr);
    }

    function test_deactivate_refusesAnyoneButTheProvider() public {
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.NotProvider.selector, device.addr, provider.addr));
        vm.prank(device.addr);
        devices.deactivate(device.addr);
    }

    function test_deactivate_refusesASecondTime() public {
        vm.startPrank(provider.addr);
        devices.deactivate(device.addr);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.AlreadyDeactivated.selector, device.addr));
        devices.deactivate(device.addr);
        vm.stopPrank();
    }

    function test_register_givesTheNextIndex() public {
        uint40 index = _addDevice(provider.addr, _key);
        assertEq(index, 2);
        assertEq(devices.deviceCount(), 2);
        (address owner, uint40 gotIndex, bool active, bytes32 class) = devices.deviceOf(_key.addr);
        assertEq(owner, provider.addr);
        assertEq(gotIndex, 2);
        assertTrue(active);
        assertEq(class, CLASS);
    }

    function test_deactivate_isForEver() public {
        vm.prank(provider.addr);
        devices.deactivate(device.addr);
        (address owner, uint40 index, bool active,) = devices.deviceOf(device.addr);
        assertEq(owner, provider.addr);
        assertEq(index, 1);
        assertFalse(active);
    }

    function test_constructor_refusesZeroAddress() public {
        vm.expectRevert(IDeviceRegistry.ZeroAddress.selector);
        deploy("DeviceRegistry.sol:DeviceRegistry", abi.encode(address(0), address(1)));
    }

    function test_recordOf_agreesWithDeviceOf() public view {
        (address owner, uint40 index, bool active, uint48 tag) = devices.recordOf(device.addr);
        assertEq(owner, provider.addr);
        assertEq(index, 1);
        assertTrue(active);
        assertEq(tag, devices.classTagOf(CLASS));
        assertEq(tag, uint48(uint256(CLASS)));
    }

    function test_registerWithStake_doesBothOrNothing() public {
        Account memory owner = account("newcomer");
        dollar.faucet(owner.addr, STAKE);
        DeviceRegistration memory registration = _registration();
        registration.provider = owner.addr;
        bytes memory signed = _sign(_key, registration);
        Payment memory payment = _stakeDeposit(owner, STAKE, 7);
        vm.startPrank(owner.addr);
        vm.expectRevert(abi.encodeWithSelector(ITestDollar.InvalidAuthorization.selector, owner.addr));
        devices.registerWithStake(registration, signed, STAKE, 8, payment);
        assertEq(devices.registerWithStake(registration, signed, STAKE, 7, payment), 2);
        vm.stopPrank();
        assertEq(stake.freeStakeOf(owner.addr), STAKE);
        (address got,,,) = devices.deviceOf(_key.addr);
        assertEq(got, owner.addr);
    }

    function test_registerWithStake_refusesAnotherCaller() public {
        DeviceRegistration memory registration = _registration();
        bytes memory signed = _sign(_key, registration);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.NotProvider.selector, stranger.addr, provider.addr));
        vm.prank(stranger.addr);
        devices.registerWithStake(registration, signed, 1, 1, Payment(0, 0, ""));
    }

    function test_claimPlatform_refusesAnyoneButTheProvider() public {
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.NotProvider.selector, stranger.addr, provider.addr));
        vm.prank(stranger.addr);
        devices.claimPlatform(device.addr, "chip");
    }

    function test_claimPlatform_refusesNoPlatformAndADeactivatedKey() public {
        vm.startPrank(provider.addr);
        vm.expectRevert(IDeviceRegistry.ZeroPlatform.selector);
        devices.claimPlatform(device.addr, 0);
        devices.deactivate(device.addr);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.AlreadyDeactivated.selector, device.addr));
        devices.claimPlatform(device.addr, "chip");
        vm.stopPrank();
    }

    function test_claimPlatform_refusesASecondActiveKey() public {
        _addDevice(provider.addr, _key);
        vm.startPrank(provider.addr);
        devices.claimPlatform(device.addr, "chip");
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.PlatformTaken.selector, bytes32("chip"), device.addr));
        devices.claimPlatform(_key.addr, "chip");
        devices.deactivate(device.addr);
        devices.claimPlatform(_key.addr, "chip");
        vm.stopPrank();
        assertPlatform("chip", _key.addr, false);
    }

    function test_claimPlatform_aKeyHasOnePlatform() public {
        vm.startPrank(provider.addr);
        devices.claimPlatform(device.addr, "chip");
        devices.claimPlatform(device.addr, "another chip");
        vm.stopPrank();
        assertPlatform("chip", address(0), false);
        assertPlatform("another chip", device.addr, false);
        assertEq(devices.platformOf(device.addr), "another chip");
    }

    function test_confirmPlatform_refusesAnyoneButTheAttester() public {
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.NotAttester.selector, provider.addr, governor.addr));
        vm.prank(provider.addr);
        devices.confirmPlatform(device.addr, "chip");
    }

    function test_confirmPlatform_endsSquattingForGood() public {
        Account memory squatter = account("squatter's device");
        _addDevice(stranger.addr, squatter);
        vm.prank(stranger.addr);
        devices.claimPlatform(squatter.addr, "chip");
        vm.prank(governor.addr);
        devices.confirmPlatform(device.addr, "chip");
        assertPlatform("chip", device.addr, true);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.PlatformTaken.selector, bytes32("chip"), device.addr));
        vm.prank(stranger.addr);
        devices.claimPlatform(squatter.addr, "chip");
    }

    function test_claimPlatform_leavesNoConfirmedPlatform() public {
        vm.prank(governor.addr);
        devices.confirmPlatform(device.addr, "chip");
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.PlatformTaken.selector, bytes32("chip"), device.addr));
        vm.prank(provider.addr);
        devices.claimPlatform(device.addr, "another chip");
    }

    function assertPlatform(bytes32 platformId, address want, bool wantConfirmed) private view {
        (address got, bool confirmed) = devices.deviceOnPlatform(platformId);
        assertEq(got, want);
        assertEq(confirmed, wantConfirmed);
    }

    function _registration() private view returns (DeviceRegistration memory) {
        return DeviceRegistration(provider.addr, _key.addr, CLASS, keccak256("descriptor"), _now() + 60);
    }

    function _sign(Account memory key, DeviceRegistration memory registration) private view returns (bytes memory) {
        return signature(key.key, devices.hashRegistration(registration));
    }
}
