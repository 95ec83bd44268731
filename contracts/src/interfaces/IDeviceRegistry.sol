// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DeviceRegistration} from "./AssayTypes.sol";

/// @title Which device key belongs to which provider
/// @notice A device key signs offers and work; the provider who registered it holds the stake and is paid. A key
/// belongs to one provider for ever and, once deactivated, takes no new job.
///
/// Constructor: `DeviceRegistry()`.
interface IDeviceRegistry {
    error NotProvider(address got, address want);
    error DeviceTaken(address device, address provider);
    error UnknownDevice(address device);
    error AlreadyDeactivated(address device);
    /// @notice The device's signature names another key.
    error WrongDeviceSignature(address got, address want);
    error RegistrationExpired(uint256 got, uint40 want);
    error ZeroClass();

    /// @notice `index` counts from 1. The descriptor (hardware, region, endpoint) is found by its hash.
    event DeviceRegistered(
        address indexed device,
        address indexed provider,
        uint40 indexed index,
        bytes32 deviceClass,
        bytes32 descriptorHash
    );
    event DeviceDeactivated(address indexed device, address indexed provider, uint40 indexed index);

    /// @notice Number of devices ever registered; the last one's index.
    function deviceCount() external view returns (uint40);

    /// @notice What is known of a device. All zero for an unknown one.
    function deviceOf(address device)
        external
        view
        returns (address provider, uint40 index, bool active, bytes32 deviceClass);

    /// @notice EIP-712 digest that the device signs.
    function hashRegistration(DeviceRegistration calldata registration) external view returns (bytes32);

    /// @notice Registers a device for the caller.
    /// Effects: a new index. Requirements: msg.sender = registration.provider; now ≤ expiry; key unused; class ≠ 0; the
    /// device's signature (65 bytes, s in the lower half).
    function register(DeviceRegistration calldata registration, bytes calldata deviceSignature)
        external
        returns (uint40 index);

    /// @notice Takes a device out of service for ever; jobs that it accepted run on. Only its provider.
    function deactivate(address device) external;
}
