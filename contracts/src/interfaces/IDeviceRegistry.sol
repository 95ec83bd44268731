// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DeviceRegistration, Payment} from "./AssayTypes.sol";

/// @title Which device key belongs to which provider
/// @notice A device key signs offers and work; the provider who registered it holds the stake and is paid. A key
/// belongs to one provider for ever and, once deactivated, takes no new job.
///
/// A platform (a CPU's PPID, a chip id, a GPU's certificate; by its hash) has one active key at a time. A claim by a
/// provider is first come, first served, and yields to what the attester saw proved; so squatting on another's platform
/// ends with one transaction of his, and does not come back.
///
/// Constructor: `DeviceRegistry(address stake, address attester)`.
interface IDeviceRegistry {
    /// @notice The caller is not the provider named.
    error NotProvider(address got, address want);
    /// @notice A key belongs to one provider for ever.
    error DeviceTaken(address device, address provider);
    /// @notice No such key is registered.
    error UnknownDevice(address device);
    /// @notice The key is not in service (any more).
    error AlreadyDeactivated(address device);
    /// @notice The device's signature names another key.
    error WrongDeviceSignature(address got, address want);
    /// @notice The device's signature was good until then.
    error RegistrationExpired(uint256 got, uint40 want);
    /// @notice A device has a class.
    error ZeroClass();
    /// @notice A zero address where a contract is wanted.
    error ZeroAddress();
    /// @notice A platform has an id.
    error ZeroPlatform();
    /// @notice Only the attester confirms.
    error NotAttester(address got, address want);
    /// @notice Another active key is bound to the platform, or this key to a confirmed one.
    error PlatformTaken(bytes32 platformId, address device);

    /// @notice `index` counts from 1. The descriptor (hardware, region, endpoint) is found by its hash.
    event DeviceRegistered(
        address indexed device,
        address indexed provider,
        uint40 indexed index,
        bytes32 deviceClass,
        bytes32 descriptorHash
    );
    /// @notice `device` is the platform's one active key; confirmed by the attester or only claimed.
    event PlatformBound(bytes32 indexed platformId, address indexed device, bool confirmed);
    event DeviceDeactivated(address indexed device, address indexed provider, uint40 indexed index);

    /// @notice Number of devices ever registered; the last one's index.
    function deviceCount() external view returns (uint40);

    /// @notice What is known of a device. All zero for an unknown one.
    function deviceOf(address device)
        external
        view
        returns (address provider, uint40 index, bool active, bytes32 deviceClass);

    /// @notice The same from one storage slot, with the class's last 48 bits for the class: enough to compare with the
    /// class in an offer that the device signed, since nobody but its provider chose either.
    function recordOf(address device)
        external
        view
        returns (address provider, uint40 index, bool active, uint48 classTag);

    function classTagOf(bytes32 deviceClass) external pure returns (uint48);

    function stake() external view returns (address);
    /// @notice Confirms which key stands for a platform.
    function attester() external view returns (address);
    /// @notice The platform's active key; 0 where there is none.
    function deviceOnPlatform(bytes32 platformId) external view returns (address device, bool confirmed);
    /// @notice The platform that a key was last bound to; 0 where none.
    function platformOf(address device) external view returns (bytes32);

    /// @notice EIP-712 digest that the device signs.
    function hashRegistration(DeviceRegistration calldata registration) external view returns (bytes32);

    /// @notice Registers a device for the caller.
    /// Effects: a new index. Requirements: msg.sender = registration.provider; now ≤ expiry; key unused; class ≠ 0; the
    /// device's signature (65 bytes, s in the lower half).
    function register(DeviceRegistration calldata registration, bytes calldata deviceSignature)
        external
        returns (uint40 index);

    /// @notice `register`, and `amount` of stake from the caller's wallet on his EIP-3009 signature for
    /// StakeDeposit(caller, amount, salt): see IStakeManager.stakeWithAuthorization.
    function registerWithStake(
        DeviceRegistration calldata registration,
        bytes calldata deviceSignature,
        uint96 amount,
        uint64 salt,
        Payment calldata payment
    ) external returns (uint40 index);

    /// @notice Binds a platform to a device. Only its provider. Requirements: the device is active, the platform free
    /// or already its own.
    function claimPlatform(address device, bytes32 platformId) external;

    /// @notice Binds a platform to a device, whoever had claimed it. Only the attester.
    function confirmPlatform(address device, bytes32 platformId) external;

    /// @notice Takes a device out of service for ever; jobs that it accepted run on. Only its provider.
    function deactivate(address device) external;
}
