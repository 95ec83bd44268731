// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";

/// @title ModelRegistry: documented on its interface, IModelRegistry
contract ModelRegistry is IModelRegistry {
    uint256 private constant PROFILE_BYTES_MAX = 32;
    /// @dev A tenth: a band that wide would accept other weights.
    uint32 private constant BAND_PPB_MAX = 100_000_000;

    address public immutable vault;
    address public immutable governor;
    uint96 public immutable bond;
    uint32 public immutable bondS;

    mapping(address registrar => mapping(bytes32 id => Model)) private _models;
    mapping(address registrar => mapping(bytes32 family => bytes32[])) private _versions;

    constructor(address vault_, address governor_, uint96 bond_, uint32 bondS_) {
        if (vault_ == address(0) || governor_ == address(0)) revert ZeroAddress();
        vault = vault_;
        governor = governor_;
        bond = bond_;
        bondS = bondS_;
    }

    function idOf(bytes32 weightsHash, bytes32 tokenizerHash, string calldata profile) public pure returns (bytes32) {
        return keccak256(abi.encodePacked("assay/model/v1", weightsHash, tokenizerHash, profile));
    }

    function modelOf(address registrar, bytes32 id) external view returns (Model memory) {
        return _known(registrar, id);
    }

    function isListed(address registrar, bytes32 id) external view returns (bool) {
        Model storage model = _models[registrar][id];
        return model.version != 0 && !model.revoked;
    }

    function versionsOf(address registrar, bytes32 family) external view returns (uint32) {
        return uint32(_versions[registrar][family].length);
    }

    function versionAt(address registrar, bytes32 family, uint32 version) external view returns (bytes32) {
        bytes32[] storage ids = _versions[registrar][family];
        if (version == 0 || version > ids.length) revert UnknownModel(registrar, 0);
        return ids[version - 1];
    }

    function register(
        bytes32 family,
        bytes32 weightsHash,
        bytes32 tokenizerHash,
        string calldata profile,
        uint32 bandPpb,
        uint8 margin
    ) external returns (bytes32 id) {
        if (weightsHash == 0 || tokenizerHash == 0) revert ZeroHash();
        uint256 length = bytes(profile).length;
        if (length == 0 || length > PROFILE_BYTES_MAX) revert WrongProfileLength(length, PROFILE_BYTES_MAX);
        if (bandPpb == 0 || bandPpb > BAND_PPB_MAX) revert BandOutOfRange(bandPpb, BAND_PPB_MAX);
        if (margin == 0) revert WrongMargin(margin);
        id = idOf(weightsHash, tokenizerHash, profile);
        Model storage model = _models[msg.sender][id];
        if (model.version != 0) revert AlreadyRegistered(msg.sender, id);
        _versions[msg.sender][family].push(id);
        uint96 held = msg.sender == governor ? 0 : bond;
        model.family = family;
        model.version = uint32(_versions[msg.sender][family].length);
        model.bandPpb = bandPpb;
        model.margin = margin;
        model.registeredAt = uint40(block.timestamp);
        model.bondUntil = held == 0 ? 0 : uint40(block.timestamp) + bondS;
        model.bonded = held != 0;
        model.weightsHash = weightsHash;
        model.tokenizerHash = tokenizerHash;
        model.profile = profile;
        _announce(id, model, held);
        if (held != 0) ITokenVault(vault).takeCredit(msg.sender, held);
    }

    function revoke(address registrar, bytes32 id, bytes32 reason) external {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        Model storage model = _known(registrar, id);
        if (model.revoked) revert AlreadyRevoked(registrar, id);
        model.revoked = true;
        uint96 burnt = model.bonded ? bond : 0;
        model.bonded = false;
        emit ModelRevoked(registrar, id, reason, burnt);
        if (burnt > 0) ITokenVault(vault).burn(burnt);
    }

    function returnBond(address registrar, bytes32 id) external {
        Model storage model = _known(registrar, id);
        if (!model.bonded) revert NoBond(registrar, id);
        if (block.timestamp <= model.bondUntil) revert BondStillAnswers(block.timestamp, model.bondUntil);
        model.bonded = false;
        emit BondReturned(registrar, id, bond);
        ITokenVault(vault).giveCredit(registrar, bond);
    }

    function _announce(bytes32 id, Model storage model, uint96 held) private {
        emit ModelRegistered(
            msg.sender,
            id,
            model.family,
            model.version,
            model.weightsHash,
            model.tokenizerHash,
            model.profile,
            model.bandPpb,
            model.margin,
            held
        );
    }

    function _known(address registrar, bytes32 id) private view returns (Model storage model) {
        model = _models[registrar][id];
        if (model.version == 0) revert UnknownModel(registrar, id);
    }
}
