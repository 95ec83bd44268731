// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title A worthless dollar for test networks: 6 decimals, EIP-2612, EIP-3009, and a faucet open to all
/// @notice Behaves as widely used stablecoins do towards wallets and contracts. EIP-712 domain: this name, version "1".
contract TestDollar is ERC20Permit {
    /// @notice One call of the faucet gives at most `want`: ask for less, or call again.
    error FaucetCapExceeded(uint256 got, uint256 want);
    /// @notice This nonce was used or cancelled: sign with another one.
    error AuthorizationAlreadyUsed(address authorizer, bytes32 nonce);
    /// @notice The authorization holds only after `want` (chain time, seconds): wait, or sign an earlier validAfter.
    error AuthorizationNotYetValid(uint256 got, uint256 want);
    /// @notice The authorization held until before `want` (chain time, seconds): sign a new one.
    error AuthorizationExpired(uint256 got, uint256 want);
    /// @notice Not signed by `authorizer` over these values, this token and this chain: sign again.
    error InvalidAuthorization(address authorizer);
    /// @notice `receiveWithAuthorization` works for its receiver only, so that nobody overtakes him: let `want` call.
    error CallerMustBePayee(address got, address want);

    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    bytes32 public constant TRANSFER_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,"
        "bytes32 nonce)"
    );
    bytes32 public constant RECEIVE_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,"
        "bytes32 nonce)"
    );
    bytes32 public constant CANCEL_AUTHORIZATION_TYPEHASH =
        keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    /// @notice Greatest amount of one `faucet` call: 10,000 test dollars.
    uint256 public constant FAUCET_MAX = 10_000e6;

    /// @notice True once used or cancelled: so it never shows that a payment happened.
    mapping(address authorizer => mapping(bytes32 nonce => bool)) public authorizationState;

    constructor() ERC20("Assay Test Dollar (worthless)", "TESTUSD") ERC20Permit("Assay Test Dollar (worthless)") {}

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    /// @notice EIP-712 version of the domain.
    function version() external pure returns (string memory) {
        return "1";
    }

    /// @notice Makes `amount` for `to` out of nothing. Anyone, as often as he likes. Requirements: amount ≤ FAUCET_MAX.
    function faucet(address to, uint256 amount) external {
        if (amount > FAUCET_MAX) revert FaucetCapExceeded(amount, FAUCET_MAX);
        _mint(to, amount);
    }

    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        bytes32 typehash = TRANSFER_WITH_AUTHORIZATION_TYPEHASH;
        bytes32 digest = _authorizationDigest(typehash, from, to, value, validAfter, validBefore, nonce);
        _requireSigner(from, digest, v, r, s);
        _move(from, to, value, validAfter, validBefore, nonce);
    }

    /// @dev With bytes, `from` may be an ERC-1271 wallet.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        bytes32 typehash = TRANSFER_WITH_AUTHORIZATION_TYPEHASH;
        bytes32 digest = _authorizationDigest(typehash, from, to, value, validAfter, validBefore, nonce);
        _requireSigner(from, digest, signature);
        _move(from, to, value, validAfter, validBefore, nonce);
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        if (msg.sender != to) revert CallerMustBePayee(msg.sender, to);
        bytes32 typehash = RECEIVE_WITH_AUTHORIZATION_TYPEHASH;
        bytes32 digest = _authorizationDigest(typehash, from, to, value, validAfter, validBefore, nonce);
        _requireSigner(from, digest, v, r, s);
        _move(from, to, value, validAfter, validBefore, nonce);
    }

    /// @dev With bytes, `from` may be an ERC-1271 wallet.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        if (msg.sender != to) revert CallerMustBePayee(msg.sender, to);
        bytes32 typehash = RECEIVE_WITH_AUTHORIZATION_TYPEHASH;
        bytes32 digest = _authorizationDigest(typehash, from, to, value, validAfter, validBefore, nonce);
        _requireSigner(from, digest, signature);
        _move(from, to, value, validAfter, validBefore, nonce);
    }

    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external {
        _requireSigner(authorizer, _cancelDigest(authorizer, nonce), v, r, s);
        _cancel(authorizer, nonce);
    }

    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external {
        _requireSigner(authorizer, _cancelDigest(authorizer, nonce), signature);
        _cancel(authorizer, nonce);
    }

    function _move(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce)
        private
    {
        if (block.timestamp <= validAfter) revert AuthorizationNotYetValid(block.timestamp, validAfter);
        if (block.timestamp >= validBefore) revert AuthorizationExpired(block.timestamp, validBefore);
        _consume(from, nonce);
        emit AuthorizationUsed(from, nonce);
        _transfer(from, to, value);
    }

    function _cancel(address authorizer, bytes32 nonce) private {
        _consume(authorizer, nonce);
        emit AuthorizationCanceled(authorizer, nonce);
    }

    function _consume(address authorizer, bytes32 nonce) private {
        if (authorizationState[authorizer][nonce]) revert AuthorizationAlreadyUsed(authorizer, nonce);
        authorizationState[authorizer][nonce] = true;
    }

    function _authorizationDigest(
        bytes32 typehash,
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce
    ) private view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(typehash, from, to, value, validAfter, validBefore, nonce)));
    }

    function _cancelDigest(address authorizer, bytes32 nonce) private view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(CANCEL_AUTHORIZATION_TYPEHASH, authorizer, nonce)));
    }

    function _requireSigner(address from, bytes32 digest, uint8 v, bytes32 r, bytes32 s) private pure {
        if (ECDSA.recover(digest, v, r, s) != from) revert InvalidAuthorization(from);
    }

    function _requireSigner(address from, bytes32 digest, bytes calldata signature) private view {
        if (!SignatureChecker.isValidSignatureNowCalldata(from, digest, signature)) revert InvalidAuthorization(from);
    }
}
