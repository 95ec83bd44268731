// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DeviceRegistration, Payment} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title DeviceRegistry: documented on its interface, IDeviceRegistry
contract DeviceRegistry is IDeviceRegistry, EIP712 {
    /// @dev All that a market reads is in the first slot.
    struct Device {
        address provider;
        uint40 index;
        uint48 classTag;
        bool active;
        bytes32 deviceClass;
    }

    struct Platform {
        address device;
        bool confirmed;
    }

    address public immutable stake;
    address public immutable attester;

    uint40 public deviceCount;
    mapping(address device => Device) private _devices;
    mapping(bytes32 platformId => Platform) private _platforms;
    mapping(address device => bytes32) public platformOf;

    constructor(address stake_, address attester_) EIP712(AssayHash.NAME, AssayHash.VERSION) {
        if (stake_ == address(0) || attester_ == address(0)) revert ZeroAddress();
        stake = stake_;
        attester = attester_;
    }

    function deviceOf(address device)
        external
        view
        returns (address provider, uint40 index, bool active, bytes32 deviceClass)
    {
        Device storage found = _devices[device];
        return (found.provider, found.index, found.active, found.deviceClass);
    }

    function recordOf(address device)
        external
        view
        returns (address provider, uint40 index, bool active, uint48 classTag)
    {
        Device storage found = _devices[device];
        return (found.provider, found.index, found.active, found.classTag);
    }

    function classTagOf(bytes32 deviceClass) public pure returns (uint48) {
        return uint48(uint256(deviceClass));
    }

    function deviceOnPlatform(bytes32 platformId) public view returns (address device, bool confirmed) {
        Platform memory found = _platforms[platformId];
        if (!_devices[found.device].active) return (address(0), false);
        return (found.device, found.confirmed);
    }

    function hashRegistration(DeviceRegistration calldata registration) public view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(registration));
    }

    function registerWithStake(
        DeviceRegistration calldata registration,
        bytes calldata deviceSignature,
        uint96 amount,
        uint64 salt,
        Payment calldata payment
    ) external returns (uint40 index) {
        index = register(registration, deviceSignature);
        IStakeManager(stake).stakeWithAuthorization(msg.sender, amount, salt, payment);
    }

    function register(DeviceRegistration calldata registration, bytes calldata deviceSignature)
        public
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
        bytes32 deviceClass = registration.deviceClass;
        _devices[device] = Device(msg.sender, index, classTagOf(deviceClass), true, deviceClass);
        emit DeviceRegistered(device, msg.sender, index, deviceClass, registration.descriptorHash);
    }

    function deactivate(address device) external {
        Device storage found = _devices[device];
        if (found.index == 0) revert UnknownDevice(device);
        if (msg.sender != found.provider) revert NotProvider(msg.sender, found.provider);
        if (!found.active) revert AlreadyDeactivated(device);
        found.active = false;
        emit DeviceDeactivated(device, msg.sender, found.index);
    }

    function claimPlatform(address device, bytes32 platformId) external {
        Device storage found = _devices[device];
        if (msg.sender != found.provider) revert NotProvider(msg.sender, found.provider);
        (address other,) = deviceOnPlatform(platformId);
        if (other != address(0) && other != device) revert PlatformTaken(platformId, other);
        if (other == address(0)) _bind(device, platformId, false);
    }

    function confirmPlatform(address device, bytes32 platformId) external {
        if (msg.sender != attester) revert NotAttester(msg.sender, attester);
        _bind(device, platformId, true);
    }

    function _bind(address device, bytes32 platformId, bool confirmed) private {
        if (platformId == 0) revert ZeroPlatform();
        if (!_devices[device].active) revert AlreadyDeactivated(device);
        bytes32 before = platformOf[device];
        if (before != 0 && before != platformId && _platforms[before].device == device) {
            if (_platforms[before].confirmed && !confirmed) revert PlatformTaken(before, device);
            delete _platforms[before];
        }
        _platforms[platformId] = Platform(device, confirmed);
        platformOf[device] = platformId;
        emit PlatformBound(platformId, device, confirmed);
    }
}
