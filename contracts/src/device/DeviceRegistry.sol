// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DeviceRegistration} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title DeviceRegistry: documented on its interface, IDeviceRegistry
contract DeviceRegistry is IDeviceRegistry, EIP712 {
    struct Device {
        address provider;
        uint40 index;
        bool active;
        bytes32 deviceClass;
    }

    uint40 public deviceCount;
    mapping(address device => Device) private _devices;

    constructor() EIP712(AssayHash.NAME, AssayHash.VERSION) {}

    function deviceOf(address device)
        external
        view
        returns (address provider, uint40 index, bool active, bytes32 deviceClass)
    {
        Device storage found = _devices[device];
        return (found.provider, found.index, found.active, found.deviceClass);
    }

    function hashRegistration(DeviceRegistration calldata registration) public view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(registration));
    }

    function register(DeviceRegistration calldata registration, bytes calldata deviceSignature)
        external
        returns (uint40 index)
    {
        address device = registration.device;
        if (msg.sender != registration.provider) revert NotProvider(msg.sender, registration.provider);
        if (block.timestamp > registration.expiry) revert RegistrationExpired(block.timestamp, registration.expiry);
        if (registration.deviceClass == 0) revert ZeroClass();
        address owner = _devices[device].provider;
        if (owner != address(0)) revert DeviceTaken(device, owner);
        address signer = ECDSA.recoverCalldata(hashRegistration(registration), deviceSignature);
        if (signer != device) revert WrongDeviceSignature(signer, device);

        index = ++deviceCount;
        _devices[device] = Device(msg.sender, index, true, registration.deviceClass);
        emit DeviceRegistered(device, msg.sender, index, registration.deviceClass, registration.descriptorHash);
    }

    function deactivate(address device) external {
        Device storage found = _devices[device];
        if (found.index == 0) revert UnknownDevice(device);
        if (msg.sender != found.provider) revert NotProvider(msg.sender, found.provider);
        if (!found.active) revert AlreadyDeactivated(device);
        found.active = false;
        emit DeviceDeactivated(device, msg.sender, found.index);
    }
}
