// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeviceRegistry} from "../../src/interfaces/IDeviceRegistry.sol";
import {DeviceRegistration, World} from "../World.sol";
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

    function _registration() private view returns (DeviceRegistration memory) {
        return DeviceRegistration(provider.addr, _key.addr, CLASS, keccak256("descriptor"), _now() + 60);
    }

    function _sign(Account memory key, DeviceRegistration memory registration) private view returns (bytes memory) {
        return signature(key.key, devices.hashRegistration(registration));
    }
}
